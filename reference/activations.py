"""The lecture's activation functions and their derivatives, entry by entry.

Each takes z of any shape and returns an array of that shape. None overflows, warns or loses
its relative accuracy for any finite z: exponentials are only ever taken of -|z|.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, as_float64


def linear(z: npt.ArrayLike) -> Array:
    """phi(z) = z."""
    return as_float64(z).copy()


def linear_slope(z: npt.ArrayLike) -> Array:
    """phi'(z) = 1."""
    return np.ones_like(as_float64(z))


def hard_threshold(z: npt.ArrayLike) -> Array:
    """phi(z) = 1[z > 0]: 1 where z > 0, else 0 (0 at z = 0 too)."""
    return np.where(as_float64(z).real > 0, 1.0, 0.0)


def hard_threshold_slope(z: npt.ArrayLike) -> Array:
    """phi'(z) = 0 wherever it exists, and by convention 0 at z = 0: gradient descent can't use it."""
    return np.zeros_like(as_float64(z))


def no_curvature(z: npt.ArrayLike) -> Array:
    """phi''(z) = 0 for functions of straight pieces, by convention also where two pieces meet."""
    return np.zeros_like(as_float64(z))


def logistic(z: npt.ArrayLike) -> Array:
    """sigma(z) = 1 / (1 + e^-z)."""
    z = as_float64(z)
    positive, e = _positive_and_decay(z)
    return np.where(positive, 1.0, e) / (1.0 + e)


def logistic_slope(z: npt.ArrayLike) -> Array:
    """sigma'(z) = sigma(z) (1 - sigma(z)), computed as sigma(z) sigma(-z)."""
    z = as_float64(z)
    return logistic(z) * logistic(-z)


def logistic_curvature(z: npt.ArrayLike) -> Array:
    """sigma''(z) = sigma'(z) (1 - 2 sigma(z)), computed as -sigma'(z) tanh(z / 2)."""
    z = as_float64(z)
    return -logistic_slope(z) * np.tanh(z / 2.0)


def tanh(z: npt.ArrayLike) -> Array:
    """phi(z) = tanh z = 2 sigma(2z) - 1."""
    return np.asarray(np.tanh(as_float64(z)))


def tanh_slope(z: npt.ArrayLike) -> Array:
    """phi'(z) = 1 - tanh^2 z, computed as 4 sigma'(2z), which is accurate at large |z| too."""
    return 4.0 * logistic_slope(2.0 * as_float64(z))


def tanh_curvature(z: npt.ArrayLike) -> Array:
    """phi''(z) = -2 tanh(z) phi'(z)."""
    return -2.0 * tanh(z) * tanh_slope(z)


def relu(z: npt.ArrayLike) -> Array:
    """phi(z) = max(0, z)."""
    z = as_float64(z)
    return np.where(z.real > 0, z, 0.0)


def relu_slope(z: npt.ArrayLike) -> Array:
    """phi'(z) = 1[z > 0]; at the kink z = 0 any value from 0 to 1 is a subgradient, here 0."""
    return hard_threshold(z)


def soft_relu(z: npt.ArrayLike) -> Array:
    """phi(z) = log(1 + e^z), computed as max(0, z) + log(1 + e^-|z|)."""
    z = as_float64(z)
    positive, e = _positive_and_decay(z)
    return np.where(positive, z, 0.0) + np.log1p(e)


def soft_relu_slope(z: npt.ArrayLike) -> Array:
    """phi'(z) = sigma(z)."""
    return logistic(z)


def soft_relu_curvature(z: npt.ArrayLike) -> Array:
    """phi''(z) = sigma'(z)."""
    return logistic_slope(z)


def _positive_and_decay(z: Array) -> tuple[Array, Array]:
    """Where z >= 0, and e^-|z| (of the real part's sign, so that it is analytic in z)."""
    positive = z.real >= 0
    return positive, np.exp(np.where(positive, -z, z))


@dataclass(frozen=True)
class Activation:
    """A function phi with its derivatives phi' and phi'', all taking z entry by entry."""

    name: str
    value: Callable[[npt.ArrayLike], Array]
    slope: Callable[[npt.ArrayLike], Array]
    curvature: Callable[[npt.ArrayLike], Array]


LINEAR = Activation("linear", linear, linear_slope, no_curvature)
HARD_THRESHOLD = Activation("hard threshold", hard_threshold, hard_threshold_slope, no_curvature)
LOGISTIC = Activation("logistic", logistic, logistic_slope, logistic_curvature)
TANH = Activation("tanh", tanh, tanh_slope, tanh_curvature)
RELU = Activation("ReLU", relu, relu_slope, no_curvature)
SOFT_RELU = Activation("soft ReLU", soft_relu, soft_relu_slope, soft_relu_curvature)
ACTIVATIONS = (LINEAR, HARD_THRESHOLD, LOGISTIC, TANH, RELU, SOFT_RELU)
