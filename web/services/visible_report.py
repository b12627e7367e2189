"""A grading as one reader may see it: the disclosed report, and the rows that wait for their results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grader.database.models import Grading, JobState
from grader.grading.disclosure import Release, Role, as_seen_by
from grader.grading.report import PackIdentity, Report
from grader.grading.report_json import result_from_json
from grader.grading.visible import VisibleReport, VisibleResult, Waiting
from grader.packs import Pack, TestRow
from grader.values import Visibility

STATES = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "stopped",
}


@dataclass(frozen=True)
class VisibleGrading:
    """All that one reader may see of one grading that waits, runs or is over: what `report` holds, and
    `tests`, its results with the rows of the pack that have none yet. `shown_at` is when hidden results
    show."""

    state: str
    report: VisibleReport
    tests: tuple[VisibleResult, ...]
    shown_at: datetime | None

    @property
    def score(self) -> Decimal | None:
        """Points earned in what this reader sees; None for "not yet"."""
        return self.report.score.earned

    @property
    def of(self) -> Decimal:
        """Points that `score` is out of."""
        return self.report.score.of

    @property
    def awaiting(self) -> Decimal:
        """Points that a person is still to give."""
        return self.report.score.awaiting

    @property
    def hidden(self) -> int:
        """How many rows this reader sees no verdict of, now that their results could be there."""
        return len(self.of_state("hidden"))

    @property
    def hidden_points(self) -> Decimal:
        """What those rows are worth."""
        return points_of(self.of_state("hidden"))

    def of_state(self, *states: str) -> tuple[VisibleResult, ...]:
        """The rows that stand so."""
        return tuple(test for test in self.tests if test.state in states)

    @property
    def causes(self) -> dict[str, VisibleResult]:
        """Each diagnosed cause, and the first test that shows it."""
        first: dict[str, VisibleResult] = {}
        for test in self.tests:
            if test.diagnosis is not None:
                first.setdefault(test.diagnosis.cause, test)
        return first

    @property
    def done(self) -> tuple[VisibleResult, ...]:
        """The rows with a result that this reader sees."""
        return tuple(test for test in self.tests if test.is_over)

    @property
    def expected(self) -> tuple[VisibleResult, ...]:
        """The rows whose verdicts this reader gets to see now."""
        return tuple(test for test in self.tests if test.state != "hidden")

    @property
    def so_far(self) -> tuple[Decimal, Decimal]:
        """Points earned and points asked in the tests that are done."""
        counted = [test for test in self.done if test.state != "marking"]
        earned = sum((test.earned or Decimal(0) for test in counted), Decimal(0))
        return earned, points_of(counted)

    @property
    def lost(self) -> Decimal:
        """Points that this reader sees lost for good."""
        return self.of - (self.score or Decimal(0)) - self.awaiting


def points_of(rows: Iterable[VisibleResult]) -> Decimal:
    """What these rows are worth together."""
    return sum((row.points for row in rows), Decimal(0))


def visible_grading(
    grading: Grading,
    pack: Pack,
    role: Role,
    now: datetime,
    release: Release,
    attempt: int = 1,
    *,
    report: Report | None = None,
) -> VisibleGrading:
    """What the reader sees of a grading that waits, runs or is over; of one that is over, in `report`
    with the marks of today."""
    seen = as_seen_by(report or _so_far(grading, pack), role, now, release, attempt)
    state, rows = STATES[grading.state], seen.results
    if grading.report is None:
        hides = role is Role.STUDENT and not release.reached(now)
        rows = _with_waiting(rows, pack, hides, running=state == "running")
    return VisibleGrading(state, seen, rows, release.at)


def _so_far(grading: Grading, pack: Pack) -> Report:
    """A report of the tests that are done so far."""
    return Report(
        pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
        files=(),
        results=tuple(result_from_json(row) for row in grading.progress or ()),
        showing=pack.manifest.showing,
    )


def _with_waiting(
    results: Iterable[VisibleResult], pack: Pack, hides: bool, running: bool
) -> tuple[VisibleResult, ...]:
    """All rows of the pack in its order; the first one without a result runs, those after it wait."""
    found = {result.id: result for result in results}
    for row in pack.tests:
        if row.id in found:
            continue
        if hides and row.visibility is Visibility.HIDDEN:
            found[row.id] = _without_result(row, None)
        else:
            found[row.id] = _without_result(row, Waiting.RUNNING if running else Waiting.QUEUED)
            running = False
    return tuple(found[row.id] for row in pack.tests)


def _without_result(row: TestRow, waiting: Waiting | None) -> VisibleResult:
    """A row whose result is not there; hidden if it waits for nothing that shows."""
    return VisibleResult(row.id, row.title, row.points, row.visibility, None, frozenset(), waiting=waiting)
