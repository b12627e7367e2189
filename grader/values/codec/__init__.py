"""Encodes frozen dataclasses as plain values for the wire, and decodes them, by their annotations.

A dataclass becomes a dict by field name, a tuple a list, an enum or a Decimal a string. The input of
`decode` is not trusted: a wrong type, an unknown or missing field, or a value that breaks a rule of
`grader.values.bounds` raises ValueError, whose message says where, the value and the rule.
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
    """The instance of this dataclass with these plain values. Raises only ValueError."""
    hint: Any = kind
    return cast(T, reader_of(hint)(plain))
