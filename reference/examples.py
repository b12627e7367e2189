"""The lecture's worked examples, step by step, with the error signal of every node.

All values are scalars, except in softmax regression. A field `z_bar` is dL/dz (df/dz if the example
ends in f).
"""

from __future__ import annotations

from math import cos, exp, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reference import losses, vector
from reference.activations import logistic, logistic_slope
from reference.arrays import Array, as_float64


class ProductOfSum(NamedTuple):
    """f = q z with q = x + y, and the error signals of all nodes."""

    q: float
    f: float
    f_bar: float
    q_bar: float
    x_bar: float
    y_bar: float
    z_bar: float


def product_of_sum(x: float, y: float, z: float) -> ProductOfSum:
    """The first computation graph, f = (x + y) z: z-bar = q, q-bar = z, x-bar = y-bar = q-bar."""
    q = x + y
    return ProductOfSum(q=q, f=q * z, f_bar=1.0, q_bar=z, x_bar=z, y_bar=z, z_bar=q)


class LogisticLeastSquares(NamedTuple):
    """The nodes from z to loss = L + lambda R, and their error signals."""

    z: float
    y: float
    error: float
    penalty: float
    loss: float
    y_bar: float
    z_bar: float
    penalty_bar: float
    w_bar: float
    b_bar: float
    x_bar: float


def logistic_least_squares(
    w: float, b: float, x: float, t: float, penalty_weight: float = 0.0
) -> LogisticLeastSquares:
    """z = w x + b, y = sigma(z), L = 1/2 (y - t)^2, R = 1/2 w^2, L_reg = L + lambda R.

    y-bar = y - t, z-bar = y-bar sigma'(z), R-bar = lambda, b-bar = z-bar, and w-bar = z-bar x + R-bar w:
    w feeds z and R, and contributions add.
    """
    z = w * x + b
    y = float(logistic(z))
    error, penalty = 0.5 * (y - t) ** 2, 0.5 * w**2
    y_bar = y - t
    z_bar = y_bar * float(logistic_slope(z))
    return LogisticLeastSquares(
        z=z,
        y=y,
        error=error,
        penalty=penalty,
        loss=error + penalty_weight * penalty,
        y_bar=y_bar,
        z_bar=z_bar,
        penalty_bar=penalty_weight,
        w_bar=z_bar * x + penalty_weight * w,
        b_bar=z_bar,
        x_bar=z_bar * w,
    )


class SoftmaxRegression(NamedTuple):
    """z, y, y-bar, z-bar, b-bar (k,), W-bar (k, d), x-bar (d,) and the loss."""

    z: Array
    y: Array
    loss: float
    y_bar: Array
    z_bar: Array
    w_bar: Array
    b_bar: Array
    x_bar: Array


def softmax_regression(
    w: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike, t: npt.ArrayLike
) -> SoftmaxRegression:
    """z_l = sum_j w_lj x_j + b_l, y = softmax(z), L = -sum_k t_k log y_k, for W (k, d), b and t (k,), x (d,).

    y_k-bar = -t_k / y_k, z-bar = y sum_k t_k - t (y - t where t sums to 1), W-bar = z-bar x^T, b-bar = z-bar.
    """
    z = vector.matvec(w, x) + as_float64(b)
    y, t = losses.softmax(z), as_float64(t)
    z_bar = losses.softmax_cross_entropy_signal(z, t)
    signals = vector.matvec_vjp(w, x, z_bar)
    return SoftmaxRegression(
        z=z,
        y=y,
        loss=float(losses.softmax_cross_entropy(z, t)),
        y_bar=_minus_ratio(t, y),
        z_bar=z_bar,
        w_bar=signals.w,
        b_bar=z_bar.copy(),
        x_bar=signals.x,
    )


def _minus_ratio(t: Array, y: Array) -> Array:
    """-t / y, and 0 where t is 0, even if y has underflowed to 0."""
    with np.errstate(divide="ignore"):
        return -np.divide(t, y, out=np.zeros_like(y), where=t != 0.0)


class AlongACurve(NamedTuple):
    """The nodes x, y, f at t, and the signals x-bar, y-bar and t-bar = df/dt."""

    x: float
    y: float
    f: float
    x_bar: float
    y_bar: float
    t_bar: float


def along_a_curve(t: float) -> AlongACurve:
    """The multivariate chain rule on f = y + e^{xy}, x = cos t, y = t^2:
    df/dt = df/dx dx/dt + df/dy dy/dt = (y e^{xy})(-sin t) + (1 + x e^{xy}) 2t."""
    x, y = cos(t), t**2
    e = exp(x * y)
    x_bar, y_bar = y * e, 1.0 + x * e
    return AlongACurve(x=x, y=y, f=y + e, x_bar=x_bar, y_bar=y_bar, t_bar=-x_bar * sin(t) + y_bar * 2.0 * t)
