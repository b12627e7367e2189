"""The numbers that a local name holds, also in a list, a dict or the student's own object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

MOST_SIZE = 200_000  # entries of an array
MOST_ITEMS = 64  # of a list or dict
MOST_NUMBERS = 20_000  # of a list of lists of numbers
DEPTH = 2
Found = tuple[str, Any, Any]


def numbers_in(name: str, value: Any, depth: int = DEPTH) -> Iterator[Found]:
    """(name, object, its numbers as an array of float64) for what holds real numbers: "z", "cache['z']",
    "self.z", "values[1]". A list of numbers is one array. Whole numbers are left out: they count."""
    if isinstance(value, float | np.floating):
        yield name, value, np.float64(value).reshape(())
    elif isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and 0 < value.size <= MOST_SIZE and value.ndim <= 4:
            yield name, value, np.asarray(value, dtype=np.float64)
    elif isinstance(value, list | tuple):
        yield from _in_list(name, value, depth)
    elif depth and type(value) is dict and len(value) <= MOST_ITEMS:
        for key, item in value.items():
            if isinstance(key, str | int):
                yield from numbers_in(f"{name}[{key!r}]", item, depth - 1)
    elif depth and name == "self":
        for key, item in list(getattr(value, "__dict__", {}).items())[:MOST_ITEMS]:
            yield from numbers_in(f"self.{key}", item, depth - 1)


def _in_list(name: str, value: Any, depth: int) -> Iterator[Found]:
    array = _as_array(value)
    if array is not None:
        yield name, value, array
    elif depth and len(value) <= MOST_ITEMS:
        for at, item in enumerate(value):
            yield from numbers_in(f"{name}[{at}]", item, depth - 1)


def _as_array(value: Any) -> Any:
    """A list of numbers, or of such lists of equal length, as an array; None for others, and for whole
    numbers alone."""
    left, stack, real = MOST_NUMBERS, list(value), False
    while stack:
        item = stack.pop()
        left -= 1
        if type(item) in (list, tuple):
            stack += item
        elif isinstance(item, float | np.floating):
            real = True
        elif type(item) is not int:
            return None
        if left < 0:
            return None
    if not real:
        return None
    try:
        array = np.array(value, dtype=np.float64)
    except (ValueError, OverflowError):  # lists of several lengths
        return None
    return array if array.ndim <= 4 else None
