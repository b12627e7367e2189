"""A grading as one reader may see it: the report's disclosure, made into rows for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from grader.database.models import Grading, JobState
from grader.grading.disclosure import Release, Role
from grader.grading.report import Report, Result, diagnosis_of
from grader.packs import Pack, TestRow
from grader.values import Case, Diagnosis, Number, Picture, Verdict, Visibility

STATES = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "stopped",
}


@dataclass(frozen=True)
class Test:
    """One row. `verdict` is a verdict, or `hidden`, `queued`, `running`, or of a text that people mark
    `marking` and (with less than all points) `marked`; fields that this reader may not see are empty.
    `staff` holds what only staff see."""

    id: str
    title: str
    points: Decimal
    is_hidden: bool
    verdict: str
    earned: Decimal | None = None
    message: str = ""
    hint: str = ""
    cases: tuple[Case, ...] = ()
    numbers: tuple[Number, ...] = ()
    diagnosis: Diagnosis | None = None
    pictures: tuple[Picture, ...] = ()
    output: str = ""
    traceback: str = ""
    has_arguments: bool = False
    by_hand: bool = False
    answer: str = ""
    comment: str = ""
    staff: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.verdict in {*Verdict, "marking", "marked"}

    @property
    def is_text(self) -> bool:
        """Whether a person marks it, or has."""
        return self.by_hand and self.verdict in ("marking", "marked", "passed")

    @property
    def is_advice(self) -> bool:
        return self.points == 0

    @property
    def lost(self) -> Decimal:
        """Points that this reader sees lost."""
        return Decimal(0) if self.earned is None else self.points - self.earned

    @property
    def is_bad(self) -> bool:
        """Whether it cost points or stopped; advice is never shown as a loss."""
        good = ("passed", "internal", "marking", "marked")
        return self.is_over and not self.is_advice and self.verdict not in good


@dataclass(frozen=True)
class Sight:
    """All that one reader may see of one grading. `score` is None for "not yet"; `awaiting` are
    points that a person is still to give."""

    state: str
    tests: tuple[Test, ...]
    score: Decimal | None
    of: Decimal
    total: Decimal
    hidden: int
    hidden_points: Decimal
    shown_at: datetime | None
    view: Mapping[str, Any]
    awaiting: Decimal = Decimal(0)

    def of_verdict(self, *verdicts: str) -> tuple[Test, ...]:
        return tuple(test for test in self.tests if test.verdict in verdicts)

    @property
    def causes(self) -> dict[str, Test]:
        """Each diagnosed cause, and the first test that shows it."""
        first: dict[str, Test] = {}
        for test in self.tests:
            if test.diagnosis is not None:
                first.setdefault(test.diagnosis.cause, test)
        return first

    @property
    def done(self) -> tuple[Test, ...]:
        return tuple(test for test in self.tests if test.is_over)

    @property
    def expected(self) -> tuple[Test, ...]:
        """The rows whose verdicts this reader gets to see now."""
        return tuple(test for test in self.tests if test.verdict != "hidden")

    @property
    def so_far(self) -> tuple[Decimal, Decimal]:
        """Points earned and points asked in the tests that are done."""
        counted = [test for test in self.done if test.verdict != "marking"]
        earned = sum((test.earned or Decimal(0) for test in counted), Decimal(0))
        return earned, sum((test.points for test in counted), Decimal(0))

    @property
    def lost(self) -> Decimal:
        """Points that this reader sees lost for good."""
        return self.of - (self.score or Decimal(0)) - self.awaiting


def sight(
    grading: Grading,
    pack: Pack,
    role: Role,
    now: datetime,
    release: Release,
    attempt: int = 1,
    *,
    report: Report | None = None,
) -> Sight:
    """What the reader sees of a grading that waits, runs or is over; of one that is over, in `report`
    with the marks of today."""
    report = report or _so_far(grading, pack)
    view = report.as_seen_by(role, now, release, attempt)
    rows = {row["id"]: _test(row) for row in view["results"]}
    state = STATES[grading.state]
    if grading.report is None:
        hides = role is Role.STUDENT and not release.reached(now)
        rows = _with_pending(rows, pack, hides, running=state == "running")
    return Sight(
        state=state,
        tests=tuple(rows.values()),
        score=None if view["score"] is None else Decimal(view["score"]),
        of=Decimal(view["of"]),
        total=Decimal(view["max"]),
        hidden=sum(row.verdict == "hidden" for row in rows.values()),
        hidden_points=sum((row.points for row in rows.values() if row.verdict == "hidden"), Decimal(0)),
        shown_at=release.at,
        view=view,
        awaiting=Decimal(view["awaiting"]),
    )


def _so_far(grading: Grading, pack: Pack) -> Report:
    """A report of the tests that are done so far."""
    results = tuple(Result.from_json(row) for row in grading.progress or ())
    return Report(
        pack.id,
        pack.title,
        pack.content_digest,
        pack.grading_digest,
        (),
        results,
        showing=pack.manifest.showing,
    )


def _with_pending(rows: Mapping[str, Test], pack: Pack, hides: bool, running: bool) -> dict[str, Test]:
    """All rows of the pack in its order; the first one missing runs, those after it wait."""
    found: dict[str, Test] = {}
    for row in pack.tests:
        if row.id in rows:
            found[row.id] = rows[row.id]
        elif hides and row.visibility is Visibility.HIDDEN:
            found[row.id] = _pending(row, "hidden")
        else:
            found[row.id] = _pending(row, "running" if running else "queued")
            running = False
    return found


def _pending(row: TestRow, verdict: str) -> Test:
    return Test(row.id, row.title, row.points, row.visibility is Visibility.HIDDEN, verdict)


def _test(row: Mapping[str, Any]) -> Test:
    earned = row.get("earned")
    told = ("cause", "detail", "evidence", "key")
    return Test(
        id=row["id"],
        title=row["title"],
        points=Decimal(row["points"]),
        is_hidden=row["visibility"] == Visibility.HIDDEN,
        verdict=_verdict(row),
        earned=None if earned is None else Decimal(earned),
        message=row.get("message", ""),
        hint=row.get("hint", ""),
        cases=tuple(Case(c["name"], Verdict(c["verdict"]), c["message"]) for c in row.get("cases", ())),
        numbers=tuple(_number(n) for n in row.get("numbers", ())),
        diagnosis=diagnosis_of(row.get("diagnosis")),
        pictures=tuple(Picture(**picture) for picture in row.get("pictures", ())),
        output=row.get("output", ""),
        traceback=row.get("traceback", ""),
        has_arguments=bool(row.get("arguments")),
        by_hand=row["by_hand"],
        answer=row.get("answer", ""),
        comment=row.get("comment", ""),
        staff={name: row[name] for name in told if row.get(name)},
    )


def _verdict(row: Mapping[str, Any]) -> str:
    """The word for a row that is shown; one that a person marks is never better than its mark."""
    if not row["shown"]:
        return "hidden"
    if row["by_hand"] and row["verdict"] == Verdict.PASSED:
        if row["earned"] is None:
            return "marking"
        return "passed" if row["earned"] == row["points"] else "marked"
    return str(row["verdict"])


def _number(row: Mapping[str, Any]) -> Number:
    return Number(row["name"], float(row["value"]), float(row["threshold"]), row["passed"])
