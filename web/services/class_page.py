"""The page of a class and an assignment, for staff: numbers, histogram, pass rates, submissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import fmean, median

from sqlalchemy.orm import Session

from grader.database import (
    courses,
    deadlines,
    grade_summary,
    gradings,
    packs,
    regrades,
    results,
    retries,
    submission_list,
)
from grader.database.models import Assignment, Grading, JobState, Lane, PackVersion, User
from grader.database.results import TestRate
from grader.grading.disclosure import Release
from grader.packs import TestRow
from web.access import Membership, assignment_membership
from web.backends import Backends
from web.render.charts import Histogram, score_histogram
from web.services import pack_cache, queue_position

PAGE = 25
STATES: Mapping[str, tuple[JobState, ...]] = {
    "waiting": (JobState.QUEUED, JobState.RUNNING),
    "done": (JobState.DONE,),
    "stopped": (JobState.DONE, JobState.FAILED),
    "marking": (JobState.DONE,),
}


@dataclass(frozen=True)
class FilterForm:
    """The values of the filter form, as they were sent."""

    text: str = ""
    state: str = ""
    test: str = ""
    passed: str = ""
    counting: bool = True
    page: int = 1

    def to_filter(self) -> submission_list.Filter:
        return submission_list.Filter(
            text=self.text,
            states=STATES.get(self.state, ()),
            failed_test=self.test,
            passed={"yes": True, "no": False}.get(self.passed),
            counting=self.counting and self.state in ("", "done", "marking"),
            awaiting=self.state == "marking",
            unscored={"stopped": True, "done": False}.get(self.state),
        )

    def query(self, page: int) -> dict[str, str]:
        """The form's values again, for the links to other pages of the list."""
        values = {"q": self.text, "state": self.state, "test": self.test, "passed": self.passed}
        values |= {"all": "" if self.counting else "1", "page": str(page)}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class ClassPage:
    """What the page of a class shows; `late` are the ids of those submissions in the list that are late."""

    membership: Membership
    assignment: Assignment
    tests: tuple[TestRow, ...]
    students: int
    handed_in: int
    full: int
    scores: tuple[Decimal, ...]
    most: Decimal
    histogram: Histogram
    rates: tuple[TestRate, ...]
    missing: tuple[str, ...]
    waiting: int
    unmarked: int
    unscored: tuple[Grading, ...]
    trouble: str
    filter_form: FilterForm
    listed: submission_list.Page
    people: Mapping[int, str]
    stale: int
    newer: PackVersion | None
    version: str
    release: Release
    late: frozenset[int]

    @property
    def next_retry(self) -> datetime | None:
        """When the first of the gradings without a score is tried again; None if none is."""
        return min((row.retry_at for row in self.unscored if row.retry_at), default=None)

    @property
    def given_up(self) -> int:
        """How many gradings without a score are not tried again by themselves."""
        return sum(row.retry_at is None for row in self.unscored)

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """What happened in them, most frequent first, and how many times."""
        return tuple(Counter(row.failure for row in self.unscored).most_common(5))

    @property
    def mean(self) -> float:
        return fmean(map(float, self.scores)) if self.scores else 0.0

    @property
    def median(self) -> Decimal:
        return Decimal(median(self.scores)) if self.scores else Decimal(0)

    @property
    def pages(self) -> int:
        return max(1, -(-self.listed.total // PAGE))


def page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    filter_form: FilterForm,
    now: datetime,
    backends: Backends,
) -> ClassPage:
    """The page of the class. Raises Missing, and Forbidden for students."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_staff()
    pack = pack_cache.pack_of(session, assignment.pack_version)
    rows = grade_summary.class_list(session, assignment)
    scores = tuple(row.summary.points for row in rows if row.summary and row.summary.points is not None)
    listed = submission_list.find(
        session, assignment, filter_form.to_filter(), limit=PAGE, offset=PAGE * (filter_form.page - 1)
    )
    version = assignment.pack_version
    known = deadlines.of_assignment(session, assignment)
    return ClassPage(
        membership=membership,
        assignment=assignment,
        tests=pack.tests,
        students=len(rows),
        handed_in=sum(row.summary is not None for row in rows),
        full=sum(score == pack.total_points for score in scores),
        scores=scores,
        most=pack.total_points,
        histogram=score_histogram(scores, pack.total_points, "points of the attempt that counts"),
        rates=tuple(results.pass_rates(session, assignment)),
        missing=tuple(row.user.name for row in rows if row.summary is None),
        waiting=sum(
            lane.waiting + lane.running for lane in gradings.lanes(session) if lane.lane is not Lane.BULK
        ),
        unmarked=submission_list.find(
            session, assignment, FilterForm(state="marking").to_filter(), limit=0
        ).total,
        unscored=tuple(retries.of_assignment(session, assignment)),
        trouble=queue_position.trouble(session, backends),
        filter_form=filter_form,
        listed=listed,
        people=courses.names_of_teams(session, {item.team.id for item in listed.items}),
        stale=len(regrades.stale(session, assignment)),
        newer=_newer(session, membership, assignment),
        version=f"{version.pack.slug} v{version.number}",
        release=known.of(assignment, None).release,
        late=frozenset(
            row.submission.id
            for row in listed.items
            if row.submission.created_at > known.of(assignment, row.team.id).due_at
        ),
    )


def _newer(session: Session, membership: Membership, assignment: Assignment) -> PackVersion | None:
    """The newest published version of the assignment's pack, if the assignment has an older one."""
    own = assignment.pack_version
    versions = packs.assignable(session, membership.course)
    newest = max(
        (row for row in versions if row.pack_id == own.pack_id), key=lambda row: row.number, default=own
    )
    return newest if newest.number > own.number else None


def verdict_of(item: submission_list.Item) -> str:
    """The verdict shown in a row of the table."""
    grading = item.grading
    if grading.state is JobState.FAILED or (grading.state is JobState.DONE and grading.score is None):
        return "internal"
    if grading.state is not JobState.DONE:
        return str(grading.state)
    if grading.awaiting:
        return "marking"
    return "passed" if grading.score == grading.max_score else "failed"
