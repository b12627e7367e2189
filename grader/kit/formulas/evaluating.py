"""Computes a formula at all points at once, with a bound for its rounding errors.

Every value has the axes (points, one for each index letter). Values are complex, so that a formula may
take the root of a negative number on its way to a real value. A bound of the rounding error (to first
order) is computed with each value, so that equal formulas agree in every form, and a difference of
almost equal numbers is not taken for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.formulas.symbols import Place, SymbolTable
from grader.values.numbers import four_digits

Complex = npt.NDArray[np.complex128]
Bound = npt.NDArray[np.float64]
U = 2.0**-53


@dataclass(frozen=True)
class Value:
    """A value at all points, and a bound for its rounding error."""

    value: Complex
    error: Bound


def sigma(z: Any) -> Any:
    """The logistic function of real or complex z, without overflow."""
    small = np.exp(-np.where(np.real(z) >= 0, z, -z))
    return np.where(np.real(z) >= 0, 1.0, small) / (1.0 + small)


def dsigma(z: Any) -> Any:
    """The derivative of the logistic function."""
    small = np.exp(-np.where(np.real(z) >= 0, z, -z))
    return small / (1.0 + small) ** 2


def dtanh(z: Any) -> Any:
    """The derivative of tanh."""
    return 4.0 * dsigma(2.0 * z)


# Each function with its derivative, which is needed for the error bound.
FUNCTIONS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda z: 1.0 / z),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, np.sin),
    "tanh": (np.tanh, dtanh),
    "sqrt": (np.sqrt, lambda z: 0.5 / np.sqrt(z)),
    "sigma": (sigma, dsigma),
    "dsigma": (dsigma, lambda z: dsigma(z) * (1.0 - 2.0 * sigma(z))),
    "dtanh": (dtanh, lambda z: -2.0 * np.tanh(z) * dtanh(z)),
}
_TAKEN = {"log": "the logarithm of", "sqrt": "the square root of"}


class Evaluation:
    """Computes one formula on a stack of values. `reasons` says, for each point at which a value is no longer
    a real number, which step caused that."""

    def __init__(self, table: SymbolTable, points: int) -> None:
        self.table, self.points = table, points
        self.letters = list(table.letters)
        self.stack: list[Value] = []
        self.reasons: dict[int, str] = {}

    def number(self, value: float) -> None:
        """Push a constant."""
        self.push(np.full(self._flat(), value, np.complex128), np.full(self._flat(), U * abs(value)))

    def symbol(self, place: Place) -> None:
        """Push the symbol's values, with its index letters on the right axes."""
        drawn = self.table.values[place.symbol.key]
        axes = [i for i in place.at if isinstance(i, str)]
        taken = drawn[(slice(None), *(i if isinstance(i, int) else slice(None) for i in place.at))]
        if len(set(axes)) < len(axes):  # x_kk: the diagonal
            taken, axes = np.einsum(taken, [0, *(1 + axes.index(a) for a in axes)]), sorted(set(axes))
        order = sorted(range(len(axes)), key=lambda i: self.letters.index(axes[i]))
        taken = taken.transpose(0, *(1 + i for i in order))
        shape = [self.table.letters[a] if a in axes else 1 for a in self.letters]
        value = taken.reshape(self.points, *shape).astype(np.complex128)
        self.push(value, np.zeros(value.shape))

    def operate(self, operator: str) -> None:
        """Apply one of + - * / ^ to the last two values."""
        b, a = self.stack.pop(), self.stack.pop()
        with np.errstate(all="ignore"):
            value = _OPERATORS[operator](a.value, b.value)
            error = _errors(operator, a, b, value) + U * abs(value)
        self.push(value, error)
        self._note_reasons(operator, a, b)

    def negative(self) -> None:
        """Change the sign of the last value."""
        a = self.stack.pop()
        self.push(-a.value, a.error)

    def call(self, function: str) -> None:
        """Apply a function to the last value."""
        a = self.stack.pop()
        f, slope = FUNCTIONS[function]
        with np.errstate(all="ignore"):
            value = np.asarray(f(a.value), np.complex128)
            error = np.where(a.error > 0, abs(slope(a.value)) * a.error, 0.0) + 4 * U * abs(value)
        self.push(value, error)
        self._note_reasons(function, a, a)

    def total(self, letter: str) -> None:
        """Sum the last value over an index."""
        a, axis = self.stack.pop(), 1 + self.letters.index(letter)
        shape = list(a.value.shape)
        shape[axis] = self.table.letters[letter]
        value = np.broadcast_to(a.value, shape)
        error = np.broadcast_to(a.error, shape)
        with np.errstate(all="ignore"):
            rounding = shape[axis] * U * abs(value).sum(axis, keepdims=True)
            self.push(value.sum(axis, keepdims=True), error.sum(axis, keepdims=True) + rounding)

    def push(self, value: Complex, error: Bound) -> None:
        """Push a value and the bound of its error."""
        self.stack.append(Value(value + 0.0, error))  # + 0 turns -0 into 0, so a root keeps its branch

    def _flat(self) -> tuple[int, ...]:
        return (self.points, *[1] * len(self.letters))

    def _note_reasons(self, step: str, a: Value, b: Value) -> None:
        """Record the reason for each point at which this step gave no real number."""
        after = self.stack[-1].value
        with np.errstate(all="ignore"):
            infinite = np.isfinite(a.value) & np.isfinite(b.value) & ~np.isfinite(after)
            unreal = (a.value.imag == 0) & (b.value.imag == 0) & (after.imag != 0)
        for point, *index in np.argwhere(infinite | unreal):
            if int(point) not in self.reasons:
                at = (point, *index)
                x, y = (np.broadcast_to(v.value, after.shape)[at] for v in (a, b))
                self.reasons[int(point)] = _reason(step, complex(x), complex(y))


def _power(a: Complex, b: Complex) -> Complex:
    """a^b, computed in the reals where it is real."""
    real = (a.imag == 0) & (b.imag == 0) & ((a.real >= 0) | (b.real == np.round(b.real)))
    return np.where(real, np.power(a.real, b.real), np.power(a, b))


_OPERATORS: Mapping[str, Callable[[Complex, Complex], Complex]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": _power,
}


def _errors(operator: str, a: Value, b: Value, value: Complex) -> Bound:
    """The error bound of an operator's result: its operands' errors, and its rounding beyond one u."""
    if operator in ("+", "-"):
        return a.error + b.error
    if operator == "*":
        return abs(a.value) * b.error + abs(b.value) * a.error
    if operator == "/":
        return (a.error + abs(value) * b.error) / abs(b.value)
    base = np.where(a.error > 0, abs(b.value) * a.error / abs(a.value), 0.0)
    exponent = np.where(b.error > 0, abs(np.log(a.value)) * b.error, 0.0)
    return np.asarray(abs(value) * (base + exponent + 4 * U))


def _reason(step: str, x: complex, y: complex) -> str:
    shown = four_digits(x.real)
    if step == "/" and y == 0:
        return "it divides by 0"
    if step in _TAKEN and x.real <= 0:
        return f"it takes {_TAKEN[step]} {shown}"
    if step == "^" and x == 0:
        return "it takes a negative power of 0"
    if step == "^" and x.real < 0 and y.real != round(y.real):
        return f"it takes the power {four_digits(y.real)} of {shown}"
    return "it contains a number that is too large to compute with"
