"""Marks in the annotations of fields: limits of a value, and how it is written.

`grader.values.codec` uses all of them on the wire, `grader.grading.json_forms` most of them in JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Most:
    """At most this many characters, bytes or items; a longer value is refused."""

    number: int


@dataclass(frozen=True)
class Cut:
    """Only this many characters or items are kept; a longer value is cut."""

    number: int


@dataclass(frozen=True)
class OneOf:
    """The value must be one of these strings."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class AtLeast:
    """The number must be at least this one."""

    number: int


@dataclass(frozen=True)
class Hex:
    """A whole number from 0 up to 256 bits, written as a string of at least this many hexadecimal digits."""

    digits: int


@dataclass(frozen=True)
class JsonText:
    """Plain values that are sent as a JSON string of at most this many characters."""

    most: int


@dataclass(frozen=True)
class AsObject:
    """Pairs of strings that are written as a JSON object."""


Count = Annotated[int, AtLeast(0)]
Key = Annotated[int, Hex(32)]
