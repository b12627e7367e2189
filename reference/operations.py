"""The operations of a computation graph's nodes: the value from the parents' values, and the VJP.

A VJP computes from (v-bar, v, parents' values) a contribution to each parent's error signal, in that
parent's shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reference import losses, vector
from reference.activations import ACTIVATIONS, Activation
from reference.arrays import Array


@dataclass(frozen=True)
class Operation:
    """A function of `arity` arrays, and its VJP."""

    arity: int
    value: Callable[..., Array]
    vjp: Callable[..., tuple[Array, ...]]


def _entrywise(value: Callable[[Array], Array], slope: Callable[[Array, Array], Array]) -> Operation:
    """y = phi(z), with phi' from (z, y)."""
    return Operation(1, value, lambda bar, y, z: (np.asarray(bar * slope(z, y)),))


def _activation(activation: Activation) -> Operation:
    return _entrywise(activation.value, lambda z, y: activation.slope(z))


def _spread(
    value: Callable[[Array, Array], Array], shares: Callable[[Array, Array], tuple[Array, Array]]
) -> Operation:
    """A binary operation with broadcasting, from its two slopes at (a, b)."""

    def vjp(bar: Array, y: Array, a: Array, b: Array) -> tuple[Array, ...]:
        of_a, of_b = shares(a, b)
        return vector.broadcast_vjp(np.shape(a), bar * of_a), vector.broadcast_vjp(np.shape(b), bar * of_b)

    return Operation(2, value, vjp)


_ONE = np.asarray(1.0)

OPERATIONS: dict[str, Operation] = {
    "add": _spread(np.add, lambda a, b: (_ONE, _ONE)),
    "subtract": _spread(np.subtract, lambda a, b: (_ONE, -_ONE)),
    "multiply": _spread(np.multiply, lambda a, b: (b, a)),
    "divide": _spread(np.divide, lambda a, b: (1.0 / b, -a / b**2)),
    "negate": _entrywise(np.negative, lambda z, y: -np.ones_like(z)),
    "square": _entrywise(np.square, lambda z, y: 2.0 * z),
    "exp": _entrywise(np.exp, lambda z, y: y),
    "log": _entrywise(np.log, lambda z, y: 1.0 / z),
    **{activation.name: _activation(activation) for activation in ACTIVATIONS},
    "softmax": Operation(1, losses.softmax, lambda bar, y, z: (vector.softmax_vjp(y, bar),)),
    "log softmax": Operation(
        1, losses.log_softmax, lambda bar, y, z: (vector.log_softmax_vjp(np.exp(y), bar),)
    ),
    "sum": Operation(
        1, lambda x: np.asarray(np.sum(x)), lambda bar, y, x: (vector.sum_vjp(np.shape(x), None, bar),)
    ),
    "dot": Operation(2, lambda a, b: np.asarray(a @ b), lambda bar, y, a, b: (bar * b, bar * a)),
    "matvec": Operation(2, vector.matvec, lambda bar, y, w, x: tuple(vector.matvec_vjp(w, x, bar))),
}
