"""The fields of a form as they were sent, and a message for each wrong one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from grader.database.courses import checked_zone
from grader.database.errors import StoreError
from grader.database.names import checked_email, checked_line, checked_slug
from grader.values.numbers import whole_number

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


@dataclass
class Fields:
    """`values` as they were sent; `faults` has a message for each wrong field, under its name. A method
    returns the value of a field; if it is wrong, a value that must not be used, since `faults` is not
    empty then."""

    values: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The text without spaces around it, in Unicode's composed form; "" if it was not sent."""
        return unicodedata.normalize("NFC", self.values.get(name, "").strip())

    def ticked(self, name: str) -> bool:
        """Whether a checkbox is ticked."""
        return bool(self.values.get(name))

    def line(self, name: str, what: str, most: int = 120, *, least: int = 1) -> str:
        """One line of at most `most` characters, which may be empty if `least` is 0."""
        value = self.get(name)
        return (
            value if not value and not least else self._checked(name, lambda: checked_line(what, value, most))
        )

    def slug(self, name: str) -> str:
        """A part of an address."""
        return self._checked(name, lambda: checked_slug(self.get(name)))

    def email(self, name: str) -> str:
        """An e-mail address, in lower case."""
        return self._checked(name, lambda: checked_email(self.get(name)))

    def zone(self, name: str) -> str:
        """The IANA name of a time zone."""
        return self._checked(name, lambda: checked_zone(self.get(name)))

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number; None if the field is empty."""
        value = self.get(name)
        number = whole_number(value, least, most)
        if value and number is None:
            self.faults[name] = f"A whole number from {least} to {most} is expected."
        return number

    def percent(self, name: str) -> Decimal | None:
        """A number from 0 to 100 with at most two decimals; None if the field is empty or 0."""
        value = self.get(name).replace(",", ".").removesuffix("%").strip()
        try:
            number = Decimal(value or "0")
        except InvalidOperation:
            number = Decimal(-1)
        if not (number.is_finite() and 0 <= number <= 100 and number == round(number, 2)):
            self.faults[name] = "A number from 0 to 100 is expected, with at most two decimals."
            return None
        return number or None

    def day(self, name: str) -> date | None:
        """A date such as 2026-10-16; None and a fault if it is none."""
        try:
            day = date.fromisoformat(self.get(name))
        except ValueError:
            day = None
        if day is None or not 2000 <= day.year <= 2100:
            self.faults[name] = "A date from 2000 to 2100 is expected, such as 2026-10-16."
            return None
        return day

    def choice(self, name: str, kind: type[E], otherwise: E) -> E:
        """A member of the enumeration."""
        try:
            return kind(self.get(name))
        except ValueError:
            self.faults[name] = f"Choose one of: {', '.join(kind)}."
            return otherwise

    def _checked(self, name: str, check: Callable[[], str]) -> str:
        try:
            return check()
        except StoreError as error:
            self.faults[name] = f"{error}."
            return ""
