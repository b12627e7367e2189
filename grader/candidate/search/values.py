"""Values by their content, so that equal ones are tried once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

Digest = Hashable
_DEPTH = 6


def digest(value: Any, depth: int = 0) -> Digest:
    """The same for equal values of one type; objects of one class have the same."""
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.char, value.tobytes())
    if isinstance(value, bool | int | float | complex | str | type(None) | np.generic):
        return (type(value).__name__, repr(value))
    if depth < _DEPTH:
        if isinstance(value, list | tuple):
            return (type(value).__name__, *(digest(v, depth + 1) for v in value))
        if isinstance(value, dict):
            return ("dict", *((str(k), digest(v, depth + 1)) for k, v in value.items()))
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
