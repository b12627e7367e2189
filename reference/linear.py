"""Linear models: threshold classifiers, feature maps, polynomials fitted by least squares.

A batch is rows: x (n, d), features psi(x) (n, p). Where in the lecture: linear classifiers,
"beyond linear: feature maps", polynomial regression and the choice of its degree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reference.activations import hard_threshold
from reference.arrays import Array, as_float64

Points = tuple[npt.ArrayLike, npt.ArrayLike]


def score(w: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """z = w . x + b for each row of x (n, d), of shape (n,)."""
    return as_float64(x) @ as_float64(w) + as_float64(b)


def classify(w: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """y = 1 if w . x + b > 0 else 0, of shape (n,): 0 on the boundary."""
    return hard_threshold(score(w, b, x))


def with_constant(x: npt.ArrayLike) -> Array:
    """(1, x), of shape (n, d + 1): the weight of the constant 1 is the bias."""
    x = as_float64(x)
    return np.column_stack([np.ones(len(x)), x])


def xor_features(x: npt.ArrayLike) -> Array:
    """psi(x) = (x1, x2, x1 x2), of shape (n, 3), from x (n, 2): XOR is separable there, by
    x1 + x2 - 2 x1 x2 > 1/2."""
    x = as_float64(x)
    return np.column_stack([x, x[:, 0] * x[:, 1]])


def polynomial_features(x: npt.ArrayLike, degree: int) -> Array:
    """psi(x) = (1, x, ..., x^D), of shape (n, D + 1), from x (n,)."""
    return np.vander(as_float64(x), degree + 1, increasing=True)


def least_squares(features: npt.ArrayLike, t: npt.ArrayLike) -> Array:
    """w (p,) with the smallest 1/2 sum of (psi w - t)^2, from psi (n, p) and t (n,).

    Each feature is scaled to length 1 and the system is solved by singular values; the normal equations
    would square the condition number of psi. If several w are equally good, the one with the smallest
    norm (of scaled weights) is returned.
    """
    features = as_float64(features)
    length = np.linalg.norm(features, axis=0)
    length[length == 0.0] = 1.0
    return np.asarray(np.linalg.lstsq(features / length, as_float64(t), rcond=None)[0] / length)


def fit_polynomial(x: npt.ArrayLike, t: npt.ArrayLike, degree: int) -> Array:
    """w (D + 1,) of the polynomial y = w . psi(x) nearest to t (n,) at x (n,)."""
    return least_squares(polynomial_features(x, degree), t)


def predict_polynomial(w: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """y = sum_j w_j x^j, of shape (n,), for x (n,)."""
    return polynomial_features(x, len(as_float64(w)) - 1) @ as_float64(w)


def polynomial_error(w: npt.ArrayLike, x: npt.ArrayLike, t: npt.ArrayLike) -> float:
    """J = 1/n sum of 1/2 (y - t)^2 over the points x, t (n,)."""
    return float(0.5 * np.mean((predict_polynomial(w, x) - as_float64(t)) ** 2))


@dataclass(frozen=True)
class Selection:
    """The degree with the smallest error on the validation set, and both errors of every degree."""

    degree: int
    training: dict[int, float]
    validation: dict[int, float]


def select_degree(training: Points, validation: Points, degrees: Sequence[int]) -> Selection:
    """Fit each degree to `training` (x, t), both (n,), and choose by the error on `validation`;
    of equal errors, the lowest degree. Raises ValueError if there is none."""
    if not degrees:
        raise ValueError("there is no degree to choose from")
    fitted = {degree: fit_polynomial(*training, degree) for degree in degrees}
    errors = {degree: polynomial_error(w, *validation) for degree, w in fitted.items()}
    return Selection(
        degree=min(degrees, key=lambda degree: (errors[degree], degree)),
        training={degree: polynomial_error(w, *training) for degree, w in fitted.items()},
        validation=errors,
    )
