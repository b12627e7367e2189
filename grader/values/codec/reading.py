"""Decodes plain values, or raises an error that says where the fault is."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Union, cast, get_args, get_origin

from grader.values.bounds import AtLeast, Cut, Hex, JsonText, Most, OneOf
from grader.values.codec.annotations import Step, hints_of, without_none
from grader.values.codec.plain import (
    ROWS,
    BadValue,
    bounded_reader,
    choice_reader,
    exact_reader,
    json_reader,
    least_reader,
    read_decimal,
    read_hexadecimal,
    read_whole,
    shown,
)


@functools.cache
def reader_of(hint: Any) -> Step:
    """The function that makes a value of this type from plain values, or raises BadValue."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked_reader(inner[0], inner[1:])
    if dataclasses.is_dataclass(hint):
        return _record_reader(cast(type, hint))
    if origin in (Union, types.UnionType):
        read = reader_of(without_none(inner))
        return lambda plain: None if plain is None else read(plain)
    if origin is tuple:
        return _many_reader(inner[0]) if inner[1:] == (Ellipsis,) else _row_reader(inner)
    if origin is Mapping:
        return _mapping_reader(reader_of(inner[1]))
    if hint is int:
        return read_whole
    if hint is Decimal:
        return read_decimal
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return choice_reader({member.value: member for member in hint})
    return exact_reader(hint)


def _marked_reader(hint: Any, marks: tuple[Any, ...]) -> Step:
    read = reader_of(hint)
    for mark in reversed(marks):
        match mark:
            case Hex():
                read = read_hexadecimal
            case JsonText(most):
                read = json_reader(most)
            case Cut(number) | Most(number):
                read = bounded_reader(read, number, cuts=isinstance(mark, Cut))
            case AtLeast(number):
                read = least_reader(read, number)
            case OneOf(choices):
                read = choice_reader({choice: choice for choice in choices})
    return read


def _many_reader(hint: Any) -> Step:
    read = reader_of(hint)

    def many(plain: Any) -> tuple[Any, ...]:
        if not isinstance(plain, ROWS):
            raise BadValue(plain, "expected a list")
        values: list[Any] = []
        try:
            for item in plain:
                values.append(read(item))
        except BadValue as e:
            e.where = f"[{len(values)}]{e.where}"
            raise
        return tuple(values)

    return many


def _row_reader(inner: tuple[Any, ...]) -> Step:
    readers = [reader_of(hint) for hint in inner]

    def row(plain: Any) -> tuple[Any, ...]:
        if not isinstance(plain, ROWS) or len(plain) != len(readers):
            raise BadValue(plain, f"expected a list of {len(readers)}")
        return tuple([read(item) for read, item in zip(readers, plain, strict=True)])

    return row


def _mapping_reader(read: Step) -> Step:
    def mapping(plain: Any) -> dict[str, Any]:
        if not isinstance(plain, dict) or not all(isinstance(key, str) for key in plain):
            raise BadValue(plain, "expected a dict with strings as keys")
        return {key: read(item) for key, item in plain.items()}

    return mapping


def _record_reader(kind: type) -> Step:
    """A reader of a dataclass. If it has a method `check`, that is called for rules on several fields."""
    readers = {name: reader_of(hint) for name, hint in hints_of(kind).items()}
    exactly = {name: hint for name, hint in hints_of(kind).items() if hint in (bool, float, str, bytes)}
    needed = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    check = getattr(kind, "check", None)

    def record(plain: Any) -> Any:
        if type(plain) is not dict:
            raise BadValue(plain, f"expected the fields of {kind.__name__}")
        name, values = "", {}
        try:
            for name, item in plain.items():
                if name in exactly and type(item) is exactly[name]:  # most fields of most records
                    values[name] = item
                elif name in readers:
                    values[name] = readers[name](item)
                else:
                    raise BadValue(item, f"{kind.__name__} has no such field")
        except BadValue as e:
            e.where = f".{shown(name)[1:-1]}{e.where}"
            raise
        if len(values) < len(readers) and not needed <= values.keys():
            raise BadValue(plain, f"{kind.__name__} also needs {', '.join(sorted(needed - values.keys()))}")
        instance = kind(**values)
        if check is not None:
            check(instance)
        return instance

    return record
