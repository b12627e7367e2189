"""The form of a value that a student's function returned, for sentences about it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from grader.kit import words
from grader.values.returned import PARTS_KEPT, Part, Returned

LOOKED_AT = 4096  # entries of an array in which NaN and the like are looked for
LARGE = 1e150  # its square is infinite


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
    elif isinstance(x, int | float | np.generic | np.ndarray) and not isinstance(x, bool | np.bool_):
        parts.append(_numbers(x, at))
    else:
        parts.append(Part(at, "a single bool" if isinstance(x, bool | np.bool_) else words.described(x)))


@functools.cache
def _name(dtype: np.dtype[Any]) -> str:
    """The name of a dtype, which numpy puts together anew each time it is asked."""
    return dtype.name


def _numbers(x: Any, at: str) -> Part:
    kind = _name(x.dtype) if isinstance(x, np.ndarray | np.generic) else type(x).__name__
    return Part(at, words.shape_of(np.shape(x)), kind, _strange(x))


def _strange(x: Any) -> str:
    """What is unusual in these numbers: "NaN", "infinity", "numbers beyond 1e150"; "" if nothing is."""
    if isinstance(x, int) or np.size(x) > LOOKED_AT:
        return ""
    a = np.asarray(x)
    if a.dtype.kind != "f":
        return ""
    if a.dtype == np.float64 and np.vdot(a, a) < LARGE:  # so is every square: nothing is unusual
        return ""
    if not np.isfinite(a).all():
        return "NaN" if np.isnan(a).any() else "infinity"
    return "numbers beyond 1e150" if a.dtype.itemsize == 8 and (np.abs(a) > LARGE).any() else ""
