"""A grading as one reader may see it: the report's disclosure, made into rows for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from grader.disclosure import Release, Role
from grader.pack import Pack, TestRow
from grader.report import Report, Result, diagnosis_of
from grader.store.models import Grading, JobState
from grader.values import Case, Diagnosis, Number, Picture, Verdict, Visibility

STATES = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "stopped",
}


@dataclass(frozen=True)
class Test:
    """One row. `verdict` is a verdict, or `hidden`, `queued`, `running`; fields that this reader
    may not see are empty. `staff` holds what only staff see."""

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
    staff: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.verdict in set(Verdict)

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
        return self.is_over and not self.is_advice and self.verdict not in ("passed", "internal")


@dataclass(frozen=True)
class Sight:
    """All that one reader may see of one grading. `score` is None for "not yet"."""

    state: str
    tests: tuple[Test, ...]
    score: Decimal | None
    of: Decimal
    total: Decimal
    hidden: int
    hidden_points: Decimal
    shown_at: datetime | None
    view: Mapping[str, Any]

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
        earned = sum((test.earned or Decimal(0) for test in self.done), Decimal(0))
        return earned, sum((test.points for test in self.done), Decimal(0))


def sight(
    grading: Grading, pack: Pack, role: Role, now: datetime, release: Release, attempt: int = 1
) -> Sight:
    """What the reader sees of a grading that waits, runs or is over."""
    report = _report(grading, pack)
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
    )


def _report(grading: Grading, pack: Pack) -> Report:
    """The grading's report, or one of the tests that are done so far."""
    if grading.report is not None:
        return Report.from_json(grading.report)
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
        verdict=row["verdict"] if row["shown"] else "hidden",
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
        staff={name: row[name] for name in told if row.get(name)},
    )


def _number(row: Mapping[str, Any]) -> Number:
    return Number(row["name"], float(row["value"]), float(row["threshold"]), row["passed"])
