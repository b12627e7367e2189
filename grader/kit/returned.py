"""The form of a value that a student's function returned, for sentences about it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from grader.kit import words
from grader.values.returned import NUMBER, PARTS_KEPT, Part, Returned

LOOKED_AT = 4096  # entries of an array in which NaN and the like are looked for
LARGE = 1e150  # its square is infinite
ARRAYS = (np.ndarray, np.generic)
NUMBERS = (*ARRAYS, int, float)
BOOLS = (bool, np.bool_)


def returned(path: str, value: Any) -> Returned:
    """The forms of this value and of its parts, PARTS_KEPT at most; no reference to the value is kept."""
    parts: list[Part] = []
    _collect(value, "", parts)
    return Returned(path[:200], tuple(parts))


def _collect(x: Any, at: str, parts: list[Part]) -> None:
    if len(parts) >= PARTS_KEPT:
        return
    if isinstance(x, dict):
        parts.append(Part(at, words.described(x)))
        for key in x:
            _collect(x[key], f"{at}[{words.key(key, 40)}]", parts)
    elif isinstance(x, list | tuple):
        parts.append(Part(at, words.described(x)))
        for i in range(min(len(x), PARTS_KEPT)):
            _collect(x[i], f"{at}[{i}]", parts)
    elif isinstance(x, NUMBERS) and not isinstance(x, BOOLS):
        parts.append(_numbers(x, at))
    else:
        parts.append(Part(at, "a single bool" if isinstance(x, BOOLS) else words.described(x)))


@functools.cache
def _name(dtype: np.dtype[Any]) -> str:
    """The name of a dtype, which numpy puts together anew each time it is asked."""
    return dtype.name


def _numbers(x: Any, at: str) -> Part:
    if isinstance(x, ARRAYS):
        return Part(at, words.shape_of(x.shape), _name(x.dtype), _strange(np.asarray(x)))
    return Part(at, NUMBER, type(x).__name__, "" if isinstance(x, int) else _strange(np.asarray(x)))


def _strange(a: np.ndarray[Any, Any]) -> str:
    """What is unusual in these numbers: "NaN", "infinity", "numbers beyond 1e150"; "" if nothing is."""
    if a.dtype.kind != "f" or a.size > LOOKED_AT:
        return ""
    if a.dtype == np.float64 and np.vdot(a, a) < LARGE:  # so is every square: nothing is unusual
        return ""
    if not np.isfinite(a).all():
        return "NaN" if np.isnan(a).any() else "infinity"
    return "numbers beyond 1e150" if a.dtype.itemsize == 8 and (np.abs(a) > LARGE).any() else ""
