"""Reads the annotations of a dataclass's fields."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, get_type_hints

Step = Callable[[Any], Any]


@functools.cache
def hints_of(kind: type) -> dict[str, Any]:
    """The annotated types of a dataclass's fields, by name, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def without_none(inner: tuple[Any, ...]) -> Any:
    """The type of an optional field, without None."""
    (other,) = [hint for hint in inner if hint is not type(None)]
    return other
