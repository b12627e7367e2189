"""A grading as one reader may see it: the visible report, and the tests that have no result yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grader.database.models import Grading, JobState
from grader.grading.disclosure import Release, Role, as_seen_by, level_of
from grader.grading.lines import failed_by_value
from grader.grading.report import PackIdentity, Report
from grader.grading.report_json import result_from_json
from grader.grading.visible import VisibleReport, VisibleResult, Waiting
from grader.packs import StoredOutline, TestRow
from grader.values import Shows, Visibility

STATES = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "stopped",
}


@dataclass(frozen=True)
class VisibleGrading:
    """What one reader may see of a grading that is queued, running or over: `report`, and `tests`, its
    results together with the pack's tests that have none yet. `shown_at` is when hidden results are
    shown. `searchable` are the tests for which a wrong line can be found that the reader will see, of those
    whose verdict the reader sees."""

    state: str
    report: VisibleReport
    tests: tuple[VisibleResult, ...]
    shown_at: datetime | None
    searchable: frozenset[str] = frozenset()

    @property
    def score(self) -> Decimal | None:
        """Points earned in the tests that this reader may see; None means "not yet"."""
        return self.report.score.earned

    @property
    def of(self) -> Decimal:
        """Points that `score` is out of."""
        return self.report.score.of

    @property
    def awaiting(self) -> Decimal:
        """Points that await marking by hand."""
        return self.report.score.awaiting

    @property
    def hidden(self) -> int:
        """How many tests have results that are hidden from this reader."""
        return len(self.of_state("hidden"))

    @property
    def hidden_points(self) -> Decimal:
        """The points of the hidden tests."""
        return points_of(self.of_state("hidden"))

    def of_state(self, *states: str) -> tuple[VisibleResult, ...]:
        """The tests in one of these states."""
        return tuple(test for test in self.tests if test.state in states)

    @property
    def done(self) -> tuple[VisibleResult, ...]:
        """The tests with a result that this reader may see."""
        return tuple(test for test in self.tests if test.is_over)

    @property
    def expected(self) -> tuple[VisibleResult, ...]:
        """The tests whose verdicts this reader may see now."""
        return tuple(test for test in self.tests if test.state != "hidden")

    @property
    def so_far(self) -> tuple[Decimal, Decimal]:
        """(points earned, points possible) in the tests that are done."""
        counted = [test for test in self.done if test.state != "marking"]
        earned = sum((test.earned or Decimal(0) for test in counted), Decimal(0))
        return earned, points_of(counted)

    @property
    def lost(self) -> Decimal:
        """Points lost in the tests that this reader may see."""
        return self.of - (self.score or Decimal(0)) - self.awaiting


def points_of(rows: Iterable[VisibleResult]) -> Decimal:
    """The sum of these tests' points."""
    return sum((row.points for row in rows), Decimal(0))


def visible_grading(
    grading: Grading,
    pack: StoredOutline,
    role: Role,
    now: datetime,
    release: Release,
    attempt: int = 1,
    *,
    report: Report | None = None,
) -> VisibleGrading:
    """What the reader may see of a grading that is queued, running or over; for one that is over, pass
    `report`, its report with the current marks."""
    whole = report or _so_far(grading, pack)
    visible = as_seen_by(whole, role, now, release, attempt)
    state, rows = STATES[grading.state], visible.results
    if grading.report is None:
        hides = role is Role.STUDENT and not release.reached(now)
        rows = _with_waiting(rows, pack, hides, running=state == "running")
    told = {
        row.id
        for row in whole.results
        if role is Role.STAFF or level_of(row, whole.showing, release, attempt).reaches(Shows.LINE)
    }
    searchable = failed_by_value(whole) & told & {row.id for row in visible.results if row.shown}
    return VisibleGrading(state, visible, rows, release.at, searchable)


def _so_far(grading: Grading, pack: StoredOutline) -> Report:
    """A report of the tests that are done so far."""
    return Report(
        pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
        files=(),
        results=tuple(result_from_json(row) for row in grading.progress or ()),
        showing=pack.manifest.showing,
    )


def _with_waiting(
    results: Iterable[VisibleResult], pack: StoredOutline, hides: bool, running: bool
) -> tuple[VisibleResult, ...]:
    """All tests of the pack in its order; the first one without a result runs, later ones are queued."""
    by_id = {result.id: result for result in results}
    for row in pack.tests:
        if row.id in by_id:
            continue
        if hides and row.visibility is Visibility.HIDDEN:
            by_id[row.id] = _without_result(row, None)
        else:
            by_id[row.id] = _without_result(row, Waiting.RUNNING if running else Waiting.QUEUED)
            running = False
    return tuple(by_id[row.id] for row in pack.tests)


def _without_result(row: TestRow, waiting: Waiting | None) -> VisibleResult:
    """A test that has no result yet; hidden if `waiting` is None."""
    return VisibleResult(row.id, row.title, row.points, row.visibility, None, frozenset(), waiting=waiting)
