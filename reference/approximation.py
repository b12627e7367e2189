"""Universal approximation on an interval: step nets and ReLU nets that are constructed directly.

The modulus of continuity says how fast f can change: |f(x) - f(x')| <= modulus(|x - x'|). It grows
with the distance and tends to 0 with it, for every continuous f on an interval; it is L d for a
function with the Lipschitz constant L. Where in the lecture: universality for real-valued inputs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array, as_float64

MOST_PIECES = 1 << 20
Function = Callable[[Array], Array]
Modulus = Callable[[float], float]


def step_net(f: Function, interval: tuple[float, float], modulus: Modulus, error: float) -> dict[str, Array]:
    """A net x -> y, one hidden layer of threshold units and a linear output, with |y - f| <= error on [a, b].

    On each of N equal pieces y is f at the middle, at most half a piece away: N is the smallest number
    with modulus((b - a) / 2N) <= error. Unit i turns on where piece i begins, and its outgoing weight is
    the step there; so W1 is (N - 1, 1), with the signs and biases of 1[x - a_i > 0].
    """
    pieces = _pieces(interval, modulus, error, reach=0.5)
    knots = np.linspace(*interval, pieces + 1)
    values = as_float64(f((knots[:-1] + knots[1:]) / 2.0))
    return _sum_of_units(knots[1:-1], np.diff(values), values[0])


def relu_net(f: Function, interval: tuple[float, float], modulus: Modulus, error: float) -> dict[str, Array]:
    """A net x -> y, one hidden layer of ReLU units and a linear output, with |y - f| <= error on [a, b].

    y is f at the ends of N equal pieces and a straight line between them: a convex combination of two
    values of f, each at most a piece away; N is the smallest number with modulus((b - a) / N) <= error.
    Unit i adds the change of slope at the point where piece i begins; W1 is (N, 1).
    """
    pieces = _pieces(interval, modulus, error, reach=1.0)
    knots = np.linspace(*interval, pieces + 1)
    values = as_float64(f(knots))
    slopes = np.diff(values) / np.diff(knots)
    return _sum_of_units(knots[:-1], np.diff(slopes, prepend=0.0), values[0])


def _sum_of_units(knots: Array, weights: Array, start: float) -> dict[str, Array]:
    """y = start + sum_i weights_i phi(x - knots_i)."""
    return {
        "W1": np.ones((len(knots), 1)),
        "b1": -knots,
        "W2": weights.reshape(1, -1),
        "b2": np.array([start]),
    }


def _pieces(interval: tuple[float, float], modulus: Modulus, error: float, reach: float) -> int:
    """The smallest N with modulus(reach (b - a) / N) <= error, by bisection."""
    length = interval[1] - interval[0]
    if not 0.0 < length < np.inf:
        raise ValueError(f"the interval must be finite and not empty, not {interval}")
    if not error > 0.0:
        raise ValueError(f"the error must be above 0, not {error}")
    if not modulus(reach * length / MOST_PIECES) <= error:
        raise ValueError(f"this error takes more than {MOST_PIECES} pieces")
    too_few, enough = 0, MOST_PIECES
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if modulus(reach * length / middle) <= error:
            enough = middle
        else:
            too_few = middle
    return enough
