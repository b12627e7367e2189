"""The filter of the table of submissions, as its form sends it and as addresses keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from grader.database.models import JobState
from grader.database.submission_list import SORTS, Filter

STATES: Mapping[str, tuple[JobState, ...]] = {
    "waiting": (JobState.QUEUED, JobState.RUNNING),
    "done": (JobState.DONE,),
    "stopped": (JobState.DONE, JobState.FAILED),
    "marking": (JobState.DONE,),
}
NAMES = ("q", "state", "passed", "test", "mistake", "line", "section", "late", "least", "most", "under",
         "day", "first", "gradients", "all", "sort", "down")  # fmt: skip
LONGEST = 300
BETWEEN = "|"
"""What stands in a value between a mistake and its place, or between a line's kind and function."""
LAST_STEP = 10
"""The last bar of the attempts until everything passed holds those with this number and more."""


@dataclass(frozen=True)
class SubmissionForm:
    """The values of the filter form, as they were sent; those that are not understood are left out."""

    values: Mapping[str, str]
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str], page: int = 1) -> SubmissionForm:
        """The filter in a query."""
        given = {name: sent.get(name, "").strip()[:LONGEST] for name in NAMES}
        return cls({name: value for name, value in given.items() if value}, page)

    def get(self, name: str) -> str:
        """One value; "" if it was not sent."""
        return self.values.get(name, "")

    @property
    def mistake(self) -> tuple[str, str | None]:
        """The mistake and its place; the place is None if any will do."""
        mistake, bar, place = self.get("mistake").partition(BETWEEN)
        return mistake, place if bar else None

    @property
    def line(self) -> tuple[str, str] | None:
        """The kind of a wrong line and the function that it is in."""
        kind, bar, function = self.get("line").partition(BETWEEN)
        return (kind[:60], function[:120]) if bar else None

    @property
    def first(self) -> int | None:
        """The attempt with which everything passed first."""
        text = self.get("first")
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 else None

    @property
    def narrow(self) -> bool:
        """Whether the form filters anything."""
        return bool(set(self.values) - {"all", "sort", "down"})

    def to_filter(self, zone: str, gradients: tuple[str, ...] = ()) -> Filter:
        """The filter. Days are of this zone; `gradients` are the tests of gradients."""
        state, (mistake, place), day = self.get("state"), self.mistake, _day(self.get("day"))
        return Filter(
            text=self.get("q")[:100],
            states=STATES.get(state, ()),
            failed_test=self.get("test")[:200],
            passed={"yes": True, "no": False}.get(self.get("passed")),
            section=self.get("section"),
            at_least=points_of(self.get("least")),
            at_most=points_of(self.get("most")),
            below=points_of(self.get("under")),
            counting=not self.get("all") and state in ("", "done", "marking") and day is None,
            awaiting=state == "marking",
            unscored={"stopped": True, "done": False}.get(state),
            late=bool(self.get("late")),
            mistake=mistake[:120],
            place=None if place is None else place[:120],
            line=self.line,
            since=None if day is None else _midnight(day, zone),
            before=None if day is None else _midnight(day + timedelta(days=1), zone),
            first_pass=self._first_pass(),
            passed_none_of=gradients if self.get("gradients") else (),
            sort=self.get("sort") if self.get("sort") in SORTS else "time",
            reverse=bool(self.get("down")),
        )

    def _first_pass(self) -> tuple[int, int] | None:
        if self.first is None:
            return None
        return self.first, 1_000_000 if self.first >= LAST_STEP else self.first

    def query(self, page: int = 1, **changed: str) -> str:
        """The query of an address that shows a page of the same list, with other values where given."""
        values = {**self.values, **changed}
        pairs = [(name, values[name]) for name in NAMES if values.get(name)]
        return "?" + urlencode([*pairs, ("page", page)] if page > 1 else pairs)

    def without_names(self) -> SubmissionForm:
        """The same filter without what would tell who somebody is: the search for anything but a number, and
        the order by name."""
        left = {name for name in ("q",) if not self.get(name).isdigit()}
        left |= {name for name in ("sort", "down") if self.get("sort") == "name"}
        return replace(self, values={name: value for name, value in self.values.items() if name not in left})

    def sorted_by(self, key: str) -> SubmissionForm:
        """The same filter sorted by a column; the other way round if it is sorted by that column now."""
        now = self.get("sort") or "time"
        down = "1" if now == key and not self.get("down") else ""
        values = {**self.values, "sort": "" if key == "time" else key, "down": down}
        return replace(self, values={name: value for name, value in values.items() if value}, page=1)


def points_of(text: str) -> Decimal | None:
    """A number of points; None if the text is none."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 1_000_000 else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
