"""Boolean expressions compiled to feed-forward nets of threshold units.

An expression is the number of an input, True, False, ("not", e), or ("and" | "or" | "xor", e, ...)
with at least one part. Where in the lecture: "any circuit is a feed-forward net, of compact
size"; parity as a circuit of O(D) gates against 2^D units in one hidden layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reference.activations import hard_threshold
from reference.arrays import Array, as_float64

Expression = Any  # int | bool | tuple of an operation's name and expressions


@dataclass(frozen=True)
class Unit:
    """h = 1[sum of weights times sources + bias > 0]; a source is the number of an input (from
    0), or D + u for the earlier unit u."""

    sources: tuple[int, ...]
    weights: tuple[float, ...]
    bias: float


@dataclass(frozen=True)
class ThresholdNet:
    """D inputs and units in topological order; the last unit is the output."""

    inputs: int
    units: tuple[Unit, ...]

    @property
    def connections(self) -> int:
        """The number of weights, without biases."""
        return sum(len(unit.sources) for unit in self.units)


def values(net: ThresholdNet, x: npt.ArrayLike) -> Array:
    """The inputs and every unit's h for x (n, D) of bits 0 and 1, of shape (n, D + units)."""
    x = as_float64(x)
    h = np.empty((net.inputs + len(net.units), len(x)))
    h[: net.inputs] = x.T
    for place, unit in enumerate(net.units, start=net.inputs):
        h[place] = hard_threshold(np.asarray(unit.weights) @ h[list(unit.sources)] + unit.bias)
    return h.T


def evaluate(net: ThresholdNet, x: npt.ArrayLike) -> Array:
    """The output (n,), 0 or 1, for x (n, D) of bits 0 and 1."""
    return values(net, x)[:, -1]


def compile_expression(expression: Expression, inputs: int) -> ThresholdNet:
    """The expression over `inputs` bits as a net: a unit for each "not", "and" and "or", three for
    each "xor" of two (n parts are a chain of n - 1); a part that occurs twice is built once.

    The depth is not limited. Raises ValueError that names the part that is not an expression.
    """
    builder = _Builder(inputs)
    built: dict[int, int] = {}  # the place of each tuple's unit, by id() of the tuple
    waiting = [expression]
    while waiting:
        part = waiting[-1]
        if id(part) in built:
            waiting.pop()
            continue
        parts = _parts(part)
        missing = [p for p in parts if id(p) not in built and isinstance(p, tuple)]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        places = tuple(built[id(p)] if isinstance(p, tuple) else builder.leaf(p) for p in parts)
        if isinstance(part, tuple):
            built[id(part)] = builder.gate(part[0], places)
    return builder.net(built[id(expression)] if isinstance(expression, tuple) else builder.leaf(expression))


def parity_circuit(bits: int) -> ThresholdNet:
    """1 where an odd number of D bits in {0, 1} is 1: a chain of D - 1 XORs, three units each."""
    return compile_expression(("xor", *range(bits)), bits)


def _parts(expression: Expression) -> tuple[Expression, ...]:
    """The parts of an expression; a leaf has none. Raises ValueError if it is not an expression."""
    if not isinstance(expression, tuple):
        return ()
    if not expression:
        raise ValueError("an empty tuple is not an expression")
    operation, *parts = expression
    if operation not in ("not", "and", "or", "xor"):
        raise ValueError(f"{operation!r} is not one of not, and, or, xor")
    if operation == "not" and len(parts) != 1:
        raise ValueError(f"not takes one part, not {len(parts)}")
    if not parts:
        raise ValueError(f"{operation} takes at least one part")
    return tuple(parts)


class _Builder:
    """The units so far, each with its place."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.places: dict[Unit, int] = {}

    def unit(self, sources: tuple[int, ...], weights: tuple[float, ...], bias: float) -> int:
        """The place of this unit; it is added if there is no equal one."""
        return self.places.setdefault(Unit(sources, weights, bias), self.inputs + len(self.places))

    def leaf(self, value: Expression) -> int:
        """The place of an input or a constant; the unit of a constant has only a bias."""
        if isinstance(value, bool):
            return self.unit((), (), 0.5 if value else -0.5)
        if not isinstance(value, int):
            raise ValueError(f"{value!r} is not an expression")
        if not 0 <= value < self.inputs:
            raise ValueError(f"there is no input {value} of {self.inputs} inputs")
        return value

    def gate(self, operation: str, places: tuple[int, ...]) -> int:
        """The place of an operation on the values at `places`."""
        if operation == "xor":
            return self._xor(places)
        if operation == "not":
            return self.unit(places, (-1.0,), 0.5)
        sources = tuple(dict.fromkeys(places))
        bias = -0.5 if operation == "or" else 0.5 - len(sources)
        return self.unit(sources, (1.0,) * len(sources), bias)

    def _xor(self, places: tuple[int, ...]) -> int:
        """a xor b = (a or b) and not (a and b), from the left."""
        so_far = places[0]
        for place in places[1:]:
            pair = (so_far, place)
            if so_far == place:
                so_far = self.leaf(False)
                continue
            either, nand = self.unit(pair, (1.0, 1.0), -0.5), self.unit(pair, (-1.0, -1.0), 1.5)
            so_far = self.unit((either, nand), (1.0, 1.0), -1.5)
        return so_far if len(places) > 1 else self.gate("or", places)

    def net(self, output: int) -> ThresholdNet:
        """The units as a net whose last unit is the output; if the output is an input or an earlier unit, one
        more unit copies it."""
        if output < self.inputs or output != self.inputs + len(self.places) - 1:
            return ThresholdNet(self.inputs, (*self.places, Unit((output,), (1.0,), -0.5)))
        return ThresholdNet(self.inputs, tuple(self.places))
