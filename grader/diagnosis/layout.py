"""Weights as (units, inputs), as the catalogue has them, or as (inputs, units), as in some handouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from reference.mistakes import Batch, batch_of

Units = Literal["rows", "columns"]
Arguments = tuple[Mapping[str, Any], Any, Any]


def turned(params: Any) -> Any:
    """Parameters or gradients with each weight matrix transposed; anything else as it is."""
    if not isinstance(params, Mapping):
        return params
    return {
        name: value.T if str(name).startswith("W") and isinstance(value, np.ndarray) else value
        for name, value in params.items()
    }


def units_in(arguments: Arguments) -> Units:
    """Whether the units of these weights are rows or columns, by the shapes; rows if both fit."""
    if _batch(arguments) is None and _batch((turned(arguments[0]), *arguments[1:])) is not None:
        return "columns"
    return "rows"


def may_be_either(arguments: Arguments) -> bool:
    """Whether the shapes fit with units in rows and in columns: all layers have the same width."""
    return _batch(arguments) is not None and _batch((turned(arguments[0]), *arguments[1:])) is not None


def _batch(arguments: Arguments) -> Batch | None:
    try:
        return batch_of(*arguments)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
