"""Values by their content, so that equal ones are tried once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

Digest = Hashable
_DEPTH = 6
_MANY, _MUCH, _DIMENSIONS = 100, 1 << 20, 4  # items, bytes, axes
_DTYPES = ("<f8", "<i8", "|b1")
_LARGEST = 1 << 62  # a whole number beyond it may not be sent


def digest(value: Any, depth: int = 0, *, ids: bool = False) -> Digest:
    """The same for equal values of one type; objects of one class have the same, but with `ids` only one and
    the same object in lists and dicts has."""
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.char, value.tobytes())
    if isinstance(value, bool | int | float | complex | str | type(None) | np.generic):
        return (type(value).__name__, repr(value))
    if depth < _DEPTH:
        if isinstance(value, list | tuple):
            return (type(value).__name__, *(digest(v, depth + 1, ids=ids) for v in value))
        if isinstance(value, dict):
            return ("dict", *((str(k), digest(v, depth + 1, ids=ids)) for k, v in value.items()))
    if ids and depth:
        return (type(value).__name__, id(value))
    return (type(value).__name__, repr(value) if type(value) in (range, slice) else "")


def parts(value: Any, name: str = "", depth: int = 0) -> dict[str, Digest]:
    """The digests of the parts of a value by their place in it: "['W1']", "[0]", "" for a single value."""
    if isinstance(value, dict) and value and depth < _DEPTH:
        items = [(f"{name}[{key!r}]", item) for key, item in value.items()]
    elif isinstance(value, list | tuple) and value and depth < _DEPTH and len(value) <= 32:
        items = [(f"{name}[{at}]", item) for at, item in enumerate(value)]
    else:
        return {name: digest(value)}
    return {key: d for place, item in items for key, d in parts(item, place, depth + 1).items()}


def fresh(value: Any) -> Any:
    """A copy of a value that came over the wire: of its containers and arrays. It holds nothing twice."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([fresh(item) for item in value])
    return value


def size_of(value: Any, depth: int = 0) -> int | None:
    """About how many bytes a value takes on the wire; None if that is not known at once, or if it is much."""
    if type(value) in (float, int, bool, np.float64):
        return 64 if abs(value) < _LARGEST else None
    if type(value) is np.ndarray:
        plain = value.dtype.str in _DTYPES and value.nbytes < _MUCH and value.ndim <= _DIMENSIONS
        return 64 + int(value.nbytes) if plain else None
    if depth < _DEPTH and type(value) in (dict, list, tuple) and len(value) < _MANY:
        if type(value) is dict and not all(type(key) is str and len(key) < _MANY for key in value):
            return None
        sizes = [size_of(v, depth + 1) for v in (value.values() if type(value) is dict else value)]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None
    return None
