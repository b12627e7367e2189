"""Who sees which field of a report, and when: the one place that decides.

Page, API, e-mail and CSV show what `see_result` and `see_score` return and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.diagnosis.words.first_wrong import first_wrong
from grader.values import Fit, Shows, Verdict, Visibility

if TYPE_CHECKING:
    from grader.grading.report import Result

# Columns of the table in docs/report.md, each containing the ones before it.
TITLE = ("id", "title", "points", "visibility", "secret", "by_hand")
VERDICT = (*TITLE, "verdict", "earned")
MESSAGE = (*VERDICT, "message", "hint", "cases", "numbers", "diagnosis", "pictures", "answer", "comment")
OUTPUT = (*MESSAGE, "output", "traceback", "arguments")
STAFF = (*OUTPUT, "cause", "detail", "evidence", "key")


class Role(StrEnum):
    """Who looks at a report: its students, or the course's staff."""

    STUDENT = "student"
    STAFF = "staff"


@dataclass(frozen=True)
class Release:
    """When hidden results show: at once, or from the aware instant `at`, or (None) not yet."""

    at: datetime | None = None
    at_once: bool = False

    def __post_init__(self) -> None:
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("Release.at has no time zone; it must be an aware instant")

    def reached(self, now: datetime) -> bool:
        """Whether hidden results are shown at the aware instant `now`."""
        if now.tzinfo is None:
            raise ValueError("now has no time zone; it must be an aware instant")
        return self.at_once or (self.at is not None and now >= self.at)


@dataclass(frozen=True)
class Score:
    """Points of the tests that count in a view: earned (None: not yet), out of `of`.

    `total` is the whole pack's; `hidden` counts the tests left out, worth `hidden_points`;
    `awaiting` are points in `of` that a person is still to give.
    """

    earned: Decimal | None
    of: Decimal
    total: Decimal
    hidden: int = 0
    hidden_points: Decimal = Decimal(0)
    awaiting: Decimal = Decimal(0)

    @property
    def provisional(self) -> bool:
        """Whether hidden tests are still left out, or texts wait for their marks."""
        return self.hidden > 0 or self.awaiting > 0


def fields(result: Result, role: Role, released: bool) -> tuple[str, ...]:
    """The names of the fields of one result that this reader may see."""
    if role is Role.STAFF:
        return STAFF
    if result.visibility is Visibility.VISIBLE:
        return OUTPUT
    if not released:
        return TITLE
    return VERDICT if result.secret else MESSAGE


def see_result(result: Result, role: Role, released: bool, shows: Shows = Shows.FULL) -> dict[str, Any]:
    """One result as JSON with the fields this reader may see; `shown` is False if the
    verdict is not among them. Students see of a diagnosis what `shows` says."""
    allowed = fields(result, role, released)
    whole: Mapping[str, Any] = result.to_json()
    view = {name: whole[name] for name in allowed} | {"shown": "verdict" in allowed}
    if "diagnosis" in view and role is not Role.STAFF:
        _lessen(view, shows)
    return view


def _lessen(view: dict[str, Any], shows: Shows) -> None:
    """Leave of a view's diagnosis what students may see of it."""
    told = view["diagnosis"]
    if shows is Shows.NONE:
        del view["diagnosis"]
    elif shows is Shows.SIGNAL and told is not None:
        signal = told["signal"]
        view["diagnosis"] = {
            "fit": str(Fit.NONE),
            "slips": [],
            "signal": signal,
            "facts": {},
            "error": 0.0,
            "draws": 0,
            "sentence": first_wrong(signal),
            "evidence": "",
            "question": "",
        }


def see_score(results: Iterable[Result], role: Role, released: bool) -> Score:
    """The score over the tests whose verdicts this reader may see."""
    rows = tuple(results)
    seen = [row for row in rows if "verdict" in fields(row, role, released)]
    unseen = [row for row in rows if "verdict" not in fields(row, role, released)]
    waiting = any(row.verdict is Verdict.INTERNAL for row in seen)
    return Score(
        earned=None if waiting else sum((row.earned or Decimal(0) for row in seen), Decimal(0)),
        of=sum((row.points for row in seen), Decimal(0)),
        total=sum((row.points for row in rows), Decimal(0)),
        hidden=len(unseen),
        hidden_points=sum((row.points for row in unseen), Decimal(0)),
        awaiting=sum((row.points for row in seen if row.awaits_mark), Decimal(0)),
    )
