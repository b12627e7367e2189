"""The form of an assignment's settings: its values, and the terms that were typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from grader.database.assignments import LARGEST_GROUP, LONGEST_WAIT_MIN, Terms
from grader.database.errors import StoreError
from grader.database.models import Assignment, Category, Counting, ReleaseRule
from grader.values import Shows
from grader.values.numbers import whole_number
from web.services.new_assignment import Form
from web.words import form_time

NAMES = (
    "title",
    "opens",
    "due",
    "closes",
    "release",
    "attempts",
    "cool_down",
    "counting",
    "group_size",
    "category",
    "diagnosis",
    "late_free",
)
RELEASES = {
    ReleaseRule.AFTER_DUE: "after the last deadline",
    ReleaseRule.AT_ONCE: "at once",
    ReleaseRule.PUBLISHED: "when I publish them",
}
COUNTINGS = {
    Counting.BEST: "the best",
    Counting.LATEST: "the latest",
    Counting.CHOSEN: "the one students choose",
}
LEVELS = {
    "": "what the pack allows",
    Shows.EDIT: "at most the change that makes it right",
    Shows.KIND: "at most the line and the kind of mistake",
    Shows.LINE: "at most the line",
    Shows.PART: "at most which part is wrong",
    Shows.OFF: "nothing",
}
E = TypeVar("E", bound=StrEnum)


def values_of(assignment: Assignment, zone: str) -> dict[str, str]:
    """The fields as they are shown for an assignment."""
    closes = assignment.closes_at
    return {
        "title": assignment.title,
        "opens": form_time(assignment.opens_at, zone),
        "due": form_time(assignment.due_at, zone),
        "closes": form_time(closes, zone) if closes else "",
        "release": assignment.release,
        "attempts": str(assignment.attempts or ""),
        "cool_down": str(assignment.cool_down_min or ""),
        "counting": assignment.counting,
        "group_size": str(assignment.group_size),
        "category": str(assignment.category_id or ""),
        "diagnosis": assignment.diagnosis or "",
        "late_free": "1" if assignment.late_free else "",
    }


class SettingsForm(Form):
    """The fields as they were sent, compared with the assignment as it is. A date that was not changed keeps
    its seconds, which the field does not show."""

    def read(
        self, assignment: Assignment, categories: Mapping[int, Category], zone: str
    ) -> tuple[str, Terms] | None:
        """Title and terms, or None with the faults filled in."""
        title = self.title()
        opens = self._date("opens", assignment.opens_at, zone, ends=False)
        due = self._date("due", assignment.due_at, zone)
        closes = self._date("closes", assignment.closes_at, zone) if self._text("closes") else None
        values = {
            "release": self.release(),
            "attempts": self.attempts(),
            "cool_down_min": self._whole("cool_down", 0, LONGEST_WAIT_MIN) or 0,
            "counting": self._choice("counting", Counting) or Counting.BEST,
            "group_size": self._whole("group_size", 1, LARGEST_GROUP) or 1,
            "category_id": self._category(categories),
            "diagnosis": self._choice("diagnosis", Shows) if self._text("diagnosis") else None,
            "late_free": bool(self._text("late_free")),
        }
        if opens is None or due is None or self.faults:
            return None
        try:
            return title, Terms(opens, due, closes, **values)  # type: ignore[arg-type]
        except StoreError as error:
            self.faults["closes" if "closing" in str(error) else "due"] = f"{error}."
            return None

    def _text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def _date(self, name: str, now: datetime | None, zone: str, *, ends: bool = True) -> datetime | None:
        same = now is not None and self._text(name) == form_time(now, zone)
        return now if same else self.instant(name, zone, ends=ends)

    def _whole(self, name: str, least: int, most: int) -> int | None:
        number = whole_number(self._text(name), least, most)
        if self._text(name) and number is None:
            self.faults[name] = f"A whole number from {least} to {most:,} is expected."
        return number

    def _choice(self, name: str, kind: type[E]) -> E | None:
        try:
            return kind(self._text(name))
        except ValueError:
            self.faults[name] = "Choose one of the options."
            return None

    def _category(self, categories: Mapping[int, Category]) -> int | None:
        typed = self._text("category")
        number = whole_number(typed, 1, 2**31)
        if typed and number not in categories:
            self.faults["category"] = "Choose one of the course's categories, or none."
        return number
