"""Vector-Jacobian products of the lecture's building blocks.

For y = f(x), a VJP computes x-bar = (dy/dx)^T y-bar from the error signal y-bar, without building the
Jacobian. A signal has the shape of its variable. Where in the lecture: vector form, VJP.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, as_float64

Axis = int | tuple[int, ...] | None
Slope = Callable[[Array], Array]


class MatvecSignals(NamedTuple):
    """W-bar (m, n) and x-bar (..., n)."""

    w: Array
    x: Array


def matvec(w: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """z = W x, of shape (m,), from W (m, n) and x (n,); for a batch x (..., n) row by row."""
    return as_float64(x) @ as_float64(w).T


def matvec_vjp(w: npt.ArrayLike, x: npt.ArrayLike, z_bar: npt.ArrayLike) -> MatvecSignals:
    """W-bar = z-bar x^T, summed over the rows of a batch, and x-bar = W^T z-bar."""
    w, x, z_bar = as_float64(w), as_float64(x), as_float64(z_bar)
    rows = z_bar.reshape(-1, w.shape[0]), x.reshape(-1, w.shape[1])
    return MatvecSignals(w=rows[0].T @ rows[1], x=z_bar @ w)


def elementwise_vjp(slope: Slope, z: npt.ArrayLike, y_bar: npt.ArrayLike) -> Array:
    """z-bar = phi'(z) o y-bar for y = phi(z), of any shape: the Jacobian is diagonal."""
    return slope(as_float64(z)) * as_float64(y_bar)


def softmax_vjp(y: npt.ArrayLike, y_bar: npt.ArrayLike) -> Array:
    """z-bar = y o (y-bar - y . y-bar) for y = softmax(z) (..., k), given y;
    dy_k/dz_j = y_k (1[k = j] - y_j)."""
    y, y_bar = as_float64(y), as_float64(y_bar)
    return np.asarray(y * (y_bar - np.sum(y * y_bar, axis=-1, keepdims=True)))


def log_softmax_vjp(y: npt.ArrayLike, l_bar: npt.ArrayLike) -> Array:
    """z-bar = l-bar - y sum_k l_k-bar for l = log y, y = softmax(z) (..., k), given y."""
    l_bar = as_float64(l_bar)
    return np.asarray(l_bar - as_float64(y) * np.sum(l_bar, axis=-1, keepdims=True))


def sum_vjp(shape: tuple[int, ...], axis: Axis, y_bar: npt.ArrayLike) -> Array:
    """x-bar of `shape` for y = sum of x over `axis` (None: all): every term of the sum gets y-bar."""
    y_bar = as_float64(y_bar)
    spread = y_bar if axis is None else np.expand_dims(y_bar, axis)
    return np.broadcast_to(spread, shape).copy()


def broadcast_vjp(shape: tuple[int, ...], y_bar: npt.ArrayLike) -> Array:
    """x-bar of `shape` for y = x broadcast to the shape of y-bar: one entry has several copies,
    so their error signals add."""
    y_bar = as_float64(y_bar)
    new = y_bar.ndim - len(shape)
    repeated = tuple(new + i for i, n in enumerate(shape) if n == 1)
    return np.asarray(np.sum(y_bar, axis=(*range(new), *repeated))).reshape(shape)
