"""Reads the return value of a student's function as an array of numbers, or says why it can't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.kit import words
from grader.values.numbers import measure
from reference.arrays import Array

NUMBERS = (bool, int, float, np.number, np.bool_, np.ndarray)
KINDS = {"f": "fiub", "i": "iu", "b": "b"}  # whole numbers are accepted where fractions are expected
KIND_NAMES = {"f": "float64", "i": "whole numbers", "b": "bool"}


@dataclass(frozen=True)
class Taken:
    """`values` in float64 and of the expected shape, or None and the `fault` as a sentence.

    `short` names a dtype that has fewer digits than expected; "" if there are enough.
    """

    values: Array | None
    fault: str = ""
    short: str = ""


def take(got: Any, shape: tuple[int, ...], name: str, *, kind: str = "f", float32: bool = False) -> Taken:
    """`got` as numbers of this shape; `kind` is f for any numbers, i for whole numbers, b for bool.

    A Python number and a 0-d array count as the same. With `float32`, single precision is enough.
    """
    expected = words.shape_of(shape)
    if not isinstance(got, NUMBERS):
        return Taken(None, f"{words.is_or_returned(name, got)}, expected {expected}.")
    array = np.asarray(got)
    if array.shape != shape:
        return Taken(None, _other_shape(name, array.shape, shape))
    if array.dtype.kind not in KINDS[kind]:
        return Taken(None, f"{name} has dtype {array.dtype.name}, expected {KIND_NAMES[kind]}.")
    values = _float64(array)
    finite = np.isfinite(values)
    if not finite.all():
        return Taken(None, _not_finite(name, values, ~finite))
    return Taken(values, short=_short(array, float32) if kind == "f" else "")


def _float64(array: np.ndarray[Any, Any]) -> Array:
    """A copy in float64; a number that is too large for it becomes infinite without a warning."""
    if array.dtype == np.float64:
        return array.astype(np.float64)
    with np.errstate(all="ignore"):
        return array.astype(np.float64)


def _other_shape(name: str, got: tuple[int, ...], want: tuple[int, ...]) -> str:
    if not got:
        return f"{name} is a single number, expected an array of shape {want}."
    return f"{name} has shape {got}, expected {want or 'a single number'}."


def _not_finite(name: str, values: Array, strange: Array) -> str:
    index = tuple(int(i) for i in np.argwhere(strange)[0])
    at = f"{words.entry(name, index)} is {measure(float(values[index]))}, expected a finite number"
    if values.size == 1:
        return f"{at}."
    return f"{at}; {int(strange.sum())} of {values.size} entries are NaN or infinite."


def _short(array: Array, float32: bool) -> str:
    """The dtype's name if it has fewer digits than expected, else ""; a single whole number is accepted."""
    if array.dtype.kind == "f":
        return array.dtype.name if array.dtype.itemsize < (4 if float32 else 8) else ""
    return array.dtype.name if array.ndim else ""
