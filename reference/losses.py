"""The lecture's losses, one value for each row, and their error signals.

y, z and t have shape (n, k): n rows of a batch, k outputs. A loss returns (n,), its error
signal (n, k). The cost J of a batch is the average of its rows' losses, so dJ/dy is the
error signal over n (`mean_signal`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, as_float64


def squared_error(y: npt.ArrayLike, t: npt.ArrayLike) -> Array:
    """L = 1/2 sum_k (y_k - t_k)^2, of shape (n,)."""
    difference = as_float64(y) - as_float64(t)
    return np.asarray(0.5 * np.sum(difference**2, axis=-1))


def squared_error_signal(y: npt.ArrayLike, t: npt.ArrayLike) -> Array:
    """y-bar = dL/dy = y - t, of shape (n, k)."""
    return as_float64(y) - as_float64(t)


def softmax(z: npt.ArrayLike) -> Array:
    """y_k = e^{z_k} / sum_l e^{z_l}, of shape (n, k); each row sums to 1."""
    return np.asarray(np.exp(log_softmax(z)))


def log_softmax(z: npt.ArrayLike) -> Array:
    """log y_k = z_k - log sum_l e^{z_l}, of shape (n, k), with the row's largest z subtracted
    first, so that no exponential overflows."""
    z = as_float64(z)
    z = z - np.max(z.real, axis=-1, keepdims=True)
    return np.asarray(z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True)))


def softmax_cross_entropy(z: npt.ArrayLike, t: npt.ArrayLike) -> Array:
    """L = -sum_k t_k log y_k with y = softmax(z), of shape (n,)."""
    return np.asarray(-np.sum(as_float64(t) * log_softmax(z), axis=-1))


def softmax_cross_entropy_signal(z: npt.ArrayLike, t: npt.ArrayLike) -> Array:
    """z-bar = dL/dz = y sum_k t_k - t, of shape (n, k): y - t where a row of t sums to 1."""
    t = as_float64(t)
    return np.asarray(softmax(z) * np.sum(t, axis=-1, keepdims=True) - t)


def l2_penalty(w: npt.ArrayLike) -> Array:
    """R = 1/2 sum of w^2, of shape (); L_reg = L + lambda R."""
    return np.asarray(0.5 * np.sum(as_float64(w) ** 2))


def l2_penalty_signal(w: npt.ArrayLike) -> Array:
    """dR/dw = w, of the shape of w; it adds lambda w to w-bar."""
    return as_float64(w).copy()


def mean_signal(signal: npt.ArrayLike) -> Array:
    """The error signals of the cost J (the average over n rows), from those of each row's L."""
    signal = as_float64(signal)
    return np.asarray(signal / signal.shape[0])
