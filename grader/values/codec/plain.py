"""Readers of simple plain values: each value must have exactly its type and keep its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.values.codec.annotations import Step

ROWS = (list, tuple)
_MOST_DIGITS = 64  # of a whole number in hexadecimal: 256 bits
_LONGEST_DECIMAL = 60
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_SIZED = (str, bytes, *ROWS)


class BadValue(ValueError):
    """A plain value that does not fit its type or a rule."""

    def __init__(self, value: Any, rule: str) -> None:
        super().__init__(value, rule)
        self.where, self.shown, self.rule = "", shown(value), rule

    def __str__(self) -> str:
        return f"{self.where.removeprefix('.') or 'the value'} is {self.shown}; {self.rule}"


def shown(value: Any) -> str:
    """A short form of a value, for a message."""
    if isinstance(value, dict | list | tuple | bytes):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        return "a number of more than 64 bits"
    return repr(value[:60] if isinstance(value, str) else value)[:80]


def bounded_reader(read: Step, most: int, *, cuts: bool) -> Step:
    """A reader of strings, bytes or lists that checks the length first."""

    def bounded(plain: Any) -> Any:
        if isinstance(plain, _SIZED) and len(plain) > most:
            if not cuts:
                raise BadValue(plain, f"at most {most} are allowed, it has {len(plain)}")
            plain = plain[:most]
        return read(plain)

    return bounded


def least_reader(read: Step, least: int) -> Step:
    """A reader of numbers that must be at least `least`."""

    def at_least(plain: Any) -> Any:
        value = read(plain)
        if value < least:
            raise BadValue(plain, f"must be at least {least}")
        return value

    return at_least


def exact_reader(kind: Any) -> Step:
    """A reader of values of exactly this type, not of a subclass: True is not a number."""

    def exactly(plain: Any) -> Any:
        if type(plain) is not kind:
            raise BadValue(plain, f"expected {kind.__name__}")
        return plain

    return exactly


def read_whole(plain: Any) -> int:
    """A whole number of at most 64 bits. Raises BadValue."""
    if type(plain) is not int or not _SMALLEST <= plain <= _LARGEST:
        raise BadValue(plain, "expected a whole number of 64 bits")
    return plain


def read_hexadecimal(plain: Any) -> int:
    """The number of at most 256 bits in these hexadecimal digits. Raises BadValue."""
    if type(plain) is not str or not 0 < len(plain) <= _MOST_DIGITS or set(plain) - set("0123456789abcdef"):
        raise BadValue(plain, f"expected 1 to {_MOST_DIGITS} hexadecimal digits")
    return int(plain, 16)


def read_decimal(plain: Any) -> Decimal:
    """The finite decimal number in this string. Raises BadValue."""
    try:
        if type(plain) is str and len(plain) <= _LONGEST_DECIMAL and (value := Decimal(plain)).is_finite():
            return value
    except InvalidOperation:
        pass
    raise BadValue(plain, "expected a decimal number as a string")


def json_reader(most: int) -> Step:
    """A reader of JSON strings of at most `most` characters."""

    def read(plain: Any) -> Any:
        if type(plain) is not str or len(plain) > most:
            raise BadValue(plain, f"expected JSON of at most {most} characters")
        try:
            return json.loads(plain)
        except (ValueError, RecursionError):
            raise BadValue(plain, "expected JSON") from None

    return read


def choice_reader(choices: Mapping[str, Any]) -> Step:
    """A reader of strings, each of which means one of these values."""

    def choice(plain: Any) -> Any:
        if type(plain) is not str or plain not in choices:
            raise BadValue(plain, f"expected one of {', '.join(choices)}")
        return choices[plain]

    return choice
