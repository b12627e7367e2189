"""Frozen values to plain ones and back, as the annotations of their fields say: the form on the wire.

A dataclass becomes a dict by field name, a tuple a list, an enum or a Decimal text. What is decoded may
come from anyone, so nothing is believed: a wrong type, an unknown or a missing field, and whatever breaks
a rule of `grader.values.bounds` is a ValueError that says where, what and which rule.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from grader.values.bounds import AtLeast, Cut, Hex, JsonText, Most, OneOf

T = TypeVar("T")
Step = Callable[[Any], Any]

_MOST_DIGITS = 64  # of a whole number in hexadecimal: 256 bits
_LONGEST_DECIMAL = 60
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


class BadValue(ValueError):
    """A plain value that is not the form of the type asked for."""

    def __init__(self, value: Any, rule: str) -> None:
        super().__init__(value, rule)
        self.where, self.shown, self.rule = "", _shown(value), rule

    def __str__(self) -> str:
        return f"{self.where.removeprefix('.') or 'the value'} is {self.shown}; {self.rule}"


def encode(value: Any) -> dict[str, Any]:
    """The plain values of an instance of a dataclass."""
    kind: Any = type(value)
    return cast(dict[str, Any], _writer(kind)(value))


def decode(kind: type[T], plain: Any) -> T:
    """The instance of this dataclass that these plain values say. Raises ValueError, and nothing else."""
    hint: Any = kind
    return cast(T, _reader(hint)(plain))


def _shown(value: Any) -> str:
    """A value for a message: short, whatever it is."""
    if isinstance(value, dict | list | tuple | bytes):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        return "a number of more than 64 bits"
    return repr(value[:60] if isinstance(value, str) else value)[:80]


# ------------------------------------------------------------------------------------- writing


@functools.cache
def _writer(hint: Any) -> Step:
    """What makes plain values of a type's; a value that is only like one of the type becomes one."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked_writer(inner[0], inner[1:])
    if dataclasses.is_dataclass(hint):
        return _record_writer(cast(type, hint))
    if origin in (Union, types.UnionType):
        some = _writer(_without_none(inner))
        return lambda value: None if value is None else some(value)
    if origin is tuple:
        return _row_writer(inner)
    if origin is Mapping:
        return dict
    if hint is float or hint is int or hint is bool or hint is bytes:
        return cast(Step, hint)
    return str  # texts, enums of texts, decimals


def _marked_writer(hint: Any, marks: tuple[Any, ...]) -> Step:
    for mark in marks:
        if isinstance(mark, Hex):
            digits = mark.digits
            return lambda value: f"{value:0{digits}x}"
        if isinstance(mark, JsonText):
            return lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    return _writer(hint)


def _record_writer(kind: type) -> Step:
    writers = [(name, _writer(hint)) for name, hint in _hints(kind).items()]
    return lambda value: {name: write(getattr(value, name)) for name, write in writers}


def _row_writer(inner: tuple[Any, ...]) -> Step:
    if len(inner) == 2 and inner[1] is Ellipsis:
        one = _writer(inner[0])
        return lambda value: [one(item) for item in value]
    each = [_writer(hint) for hint in inner]
    return lambda value: [write(item) for write, item in zip(each, value, strict=True)]


# ------------------------------------------------------------------------------------- reading


@functools.cache
def _reader(hint: Any) -> Step:
    """What makes a value of this type of plain ones, or raises BadValue."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked_reader(inner[0], inner[1:])
    if dataclasses.is_dataclass(hint):
        return _record_reader(cast(type, hint))
    if origin in (Union, types.UnionType):
        some = _reader(_without_none(inner))
        return lambda plain: None if plain is None else some(plain)
    if origin is tuple:
        return _many_reader(inner[0]) if inner[1:] == (Ellipsis,) else _row_reader(inner)
    if origin is Mapping:
        return _mapping_reader(_reader(inner[1]))
    if hint is int:
        return _whole
    if hint is Decimal:
        return _decimal
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice_reader({member.value: member for member in hint})
    return _exactly(hint)


def _marked_reader(hint: Any, marks: tuple[Any, ...]) -> Step:
    read = _reader(hint)
    for mark in reversed(marks):
        match mark:
            case Hex():
                read = _hexadecimal
            case JsonText(most):
                read = _json_reader(most)
            case Cut(number) | Most(number):
                read = _bounded(read, number, cuts=isinstance(mark, Cut))
            case AtLeast(number):
                read = _at_least(read, number)
            case OneOf(choices):
                read = _choice_reader({choice: choice for choice in choices})
    return read


_ROWS = (list, tuple)
_SIZED = (str, bytes, *_ROWS)


def _bounded(read: Step, most: int, *, cuts: bool) -> Step:
    """A reader of texts, bytes or lists whose length is looked at first."""

    def bounded(plain: Any) -> Any:
        if isinstance(plain, _SIZED) and len(plain) > most:
            if not cuts:
                raise BadValue(plain, f"at most {most} are allowed, these are {len(plain)}")
            plain = plain[:most]
        return read(plain)

    return bounded


def _at_least(read: Step, least: int) -> Step:
    def at_least(plain: Any) -> Any:
        value = read(plain)
        if value < least:
            raise BadValue(plain, f"it is at least {least}")
        return value

    return at_least


def _exactly(kind: Any) -> Step:
    def exactly(plain: Any) -> Any:
        if type(plain) is not kind:
            raise BadValue(plain, f"expected {kind.__name__}")
        return plain

    return exactly


def _whole(plain: Any) -> int:
    if type(plain) is not int or not _SMALLEST <= plain <= _LARGEST:
        raise BadValue(plain, "expected a whole number of 64 bits")
    return plain


def _hexadecimal(plain: Any) -> int:
    if type(plain) is not str or not 0 < len(plain) <= _MOST_DIGITS or set(plain) - set("0123456789abcdef"):
        raise BadValue(plain, f"expected 1 to {_MOST_DIGITS} hexadecimal digits")
    return int(plain, 16)


def _decimal(plain: Any) -> Decimal:
    try:
        if type(plain) is str and len(plain) <= _LONGEST_DECIMAL and (value := Decimal(plain)).is_finite():
            return value
    except InvalidOperation:
        pass
    raise BadValue(plain, "expected a decimal number as text")


def _json_reader(most: int) -> Step:
    def read(plain: Any) -> Any:
        if type(plain) is not str or len(plain) > most:
            raise BadValue(plain, f"expected JSON of at most {most} characters")
        try:
            return json.loads(plain)
        except (ValueError, RecursionError):
            raise BadValue(plain, "expected JSON") from None

    return read


def _choice_reader(choices: Mapping[str, Any]) -> Step:
    def choice(plain: Any) -> Any:
        if type(plain) is not str or plain not in choices:
            raise BadValue(plain, f"expected one of {', '.join(choices)}")
        return choices[plain]

    return choice


def _many_reader(hint: Any) -> Step:
    read = _reader(hint)

    def many(plain: Any) -> tuple[Any, ...]:
        if not isinstance(plain, _ROWS):
            raise BadValue(plain, "expected a list")
        found: list[Any] = []
        try:
            for item in plain:
                found.append(read(item))
        except BadValue as e:
            e.where = f"[{len(found)}]{e.where}"
            raise
        return tuple(found)

    return many


def _row_reader(inner: tuple[Any, ...]) -> Step:
    readers = [_reader(hint) for hint in inner]

    def row(plain: Any) -> tuple[Any, ...]:
        if not isinstance(plain, _ROWS) or len(plain) != len(readers):
            raise BadValue(plain, f"expected a list of {len(readers)}")
        return tuple([read(item) for read, item in zip(readers, plain, strict=True)])

    return row


def _mapping_reader(read: Step) -> Step:
    def mapping(plain: Any) -> dict[str, Any]:
        if not isinstance(plain, dict) or not all(isinstance(key, str) for key in plain):
            raise BadValue(plain, "expected a dict with texts as keys")
        return {key: read(item) for key, item in plain.items()}

    return mapping


def _record_reader(kind: type) -> Step:
    """A reader of a dataclass; one that has a method `check` is asked for the rules beyond its fields."""
    readers = {name: _reader(hint) for name, hint in _hints(kind).items()}
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
                read = readers.get(name)
                if read is None:
                    raise BadValue(item, f"{kind.__name__} has no such field")
                values[name] = read(item)
        except BadValue as e:
            e.where = f".{_shown(name)[1:-1]}{e.where}"
            raise
        if len(values) < len(readers) and not needed <= values.keys():
            raise BadValue(plain, f"{kind.__name__} has {', '.join(sorted(needed - values.keys()))} too")
        made = kind(**values)
        if check is not None:
            check(made)
        return made

    return record


# --------------------------------------------------------------------------------- annotations


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """The annotated types of a dataclass's fields, by name, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _without_none(inner: tuple[Any, ...]) -> Any:
    (some,) = [hint for hint in inner if hint is not type(None)]
    return some
