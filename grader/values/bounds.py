"""What the annotation of a field says beyond its type: how much it may hold, and how it is written.

`grader.values.codec` goes by all of these on the wire, `grader.grading.json_forms` by most in JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Most:
    """At most so many characters, bytes or items; more are refused."""

    number: int


@dataclass(frozen=True)
class Cut:
    """Only the first so many characters or items are kept."""

    number: int


@dataclass(frozen=True)
class OneOf:
    """One of these texts."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class AtLeast:
    """A number that is not below this one."""

    number: int


@dataclass(frozen=True)
class Hex:
    """A whole number from 0 to 256 bits that is written as text of hexadecimal digits, at least so many."""

    digits: int


@dataclass(frozen=True)
class JsonText:
    """Plain values that cross the wire as JSON text, of at most so many characters."""

    most: int


@dataclass(frozen=True)
class AsObject:
    """Pairs of texts that JSON writes as an object."""


Count = Annotated[int, AtLeast(0)]
Key = Annotated[int, Hex(32)]
