"""Whether a trace sees all the numbers of a name that a statement uses."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

import numpy as np

_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type, np.ufunc)
_SMALL = (int, float, str, type(None), np.floating, np.integer, range)
MOST_ITEMS = 64
DEPTH = 2


def is_covered(name: str, local: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether the numbers that this name holds are recorded, or it is a function, a text or a single number.
    Arrays of whole numbers, objects, and what a file keeps between calls are not seen."""
    if name in local:
        value = local[name]
        if name == "self":
            return all(_is_seen(item, DEPTH - 1) for item in getattr(value, "__dict__", {}).values())
        return _is_seen(value, DEPTH)
    value = others.get(name)
    if isinstance(value, dict):
        return all(isinstance(item, _CODE + _SMALL) for item in value.values())
    return isinstance(value, _CODE + _SMALL)


def _is_seen(value: Any, depth: int) -> bool:
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "f")
    if isinstance(value, dict | list | tuple):
        items = list(value.values()) if isinstance(value, dict) else list(value)
        return len(items) <= MOST_ITEMS and depth > 0 and all(_is_seen(item, depth - 1) for item in items)
    return isinstance(value, _CODE + _SMALL)
