"""Frozen values to plain ones and back, as the annotations of their fields say: the form on the wire.

A dataclass becomes a dict by field name, a tuple a list, an enum or a Decimal text. What is decoded may
come from anyone, so nothing is believed: a wrong type, an unknown or a missing field, and whatever breaks
a rule of `grader.values.bounds` is a ValueError that says where, what and which rule.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from grader.values.codec.plain import BadValue
from grader.values.codec.reading import reader_of
from grader.values.codec.writing import writer_of

__all__ = ["BadValue", "decode", "encode"]

T = TypeVar("T")


def encode(value: Any) -> dict[str, Any]:
    """The plain values of an instance of a dataclass."""
    kind: Any = type(value)
    return cast(dict[str, Any], writer_of(kind)(value))


def decode(kind: type[T], plain: Any) -> T:
    """The instance of this dataclass that these plain values say. Raises ValueError, and nothing else."""
    hint: Any = kind
    return cast(T, reader_of(hint)(plain))
