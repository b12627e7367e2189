"""The page of a course: open, upcoming and closed assignments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import (
    assignments,
    attempts,
    course_overview,
    courses,
    deadlines,
    grade_summary,
    late_points,
    retries,
)
from grader.database.course_overview import Overview
from grader.database.deadlines import Dates
from grader.database.grade_summary import policy_of
from grader.database.models import Assignment, Enrolment, GradeState, GradeSummary, User
from web.access import Membership, course_membership
from web.services import marks_so_far, next_step
from web.services.marks_so_far import MarkPart, total
from web.services.next_step import NextStep


@dataclass(frozen=True)
class Row:
    """An assignment with the grade summary and dates of the reader's team. Points are those shown now."""

    assignment: Assignment
    dates: Dates
    summary: GradeSummary | None
    released: bool
    most_of_any: tuple[Decimal | None, Decimal | None] = (None, None)

    @property
    def best(self) -> Decimal | None:
        """The points of the best attempt, if another one counts that has fewer."""
        best = self.most_of_any[0 if self.released else 1]
        return best if best is not None and self.points is not None and best > self.points else None

    @property
    def attempts(self) -> int:
        return self.summary.attempts if self.summary else 0

    @property
    def points(self) -> Decimal | None:
        """Points of the best attempt; before release, of the visible tests only."""
        if self.summary is None:
            return None
        return self.summary.points if self.released else self.summary.visible_points

    @property
    def most(self) -> Decimal | None:
        if self.summary is None:
            return None
        return self.summary.max_points if self.released else self.summary.visible_max

    @property
    def awaiting(self) -> Decimal | None:
        """Points that await marking by hand, among those that are shown."""
        if self.summary is None:
            return None
        return self.summary.awaiting if self.released else self.summary.visible_awaiting

    @property
    def share(self) -> float:
        """The share of the shown points that was earned, in percent."""
        return 100 * float(self.points / self.most) if self.points is not None and self.most else 0.0

    @property
    def verdict(self) -> str:
        """The verdict shown for the state; "" before the first attempt."""
        if self.summary is None:
            return ""
        if self.summary.state is GradeState.WAITING:
            return "queued"
        if self.points is None:
            return "internal"
        if self.awaiting:
            return "marking"
        return "passed" if self.points == self.most else "failed"

    @property
    def verdict_words(self) -> str:
        words = {
            "queued": "being graded",
            "internal": "not yet",
            "marking": "awaits marking",
            "passed": "all passed",
            "failed": "points lost",
        }
        return words[self.verdict]


@dataclass(frozen=True)
class CoursePage:
    """What the page of a course shows; `unscored`, for staff, are assignments with gradings that ended
    without a score, and how many; `overview`, for staff, has the numbers of each by its id. For students:
    what to do next, the grace days that are left (None if there are none at all), and the marks so far."""

    membership: Membership
    open: tuple[Row, ...]
    coming: tuple[Row, ...]
    closed: tuple[Row, ...]
    unscored: tuple[tuple[Assignment, int], ...] = ()
    students: int = 0
    overview: Mapping[int, Overview] = field(default_factory=dict)
    next_step: NextStep | None = None
    grace_left: int | None = None
    marks: tuple[MarkPart, ...] = ()

    def of(self, row: Row) -> Overview:
        """The numbers of an assignment, for staff."""
        return self.overview.get(row.assignment.id, Overview())

    @property
    def total(self) -> tuple[Decimal, Decimal] | None:
        """The earned share of what is marked, and the percentage of the final mark that it is about."""
        return total(self.marks)

    @property
    def next(self) -> Row | None:
        """The open assignment that is due first and not complete."""
        return next((row for row in self.open if row.verdict != "passed"), None)


def page(session: Session, user: User, slug: str, now: datetime) -> CoursePage:
    """The course as this reader may see it. Raises Missing."""
    membership = course_membership(session, user, slug)
    own = courses.teams_of(session, membership.course, membership.user)
    summaries = grade_summary.of_teams_in_course(session, membership.course, own.ids)
    best = attempts.best_of_teams(session, own.ids)
    known = deadlines.of_course(session, membership.course.id)
    rows = [
        _row(row, known.of(row, team.id if (team := own.on(row)) else None), summaries, best, membership, now)
        for row in assignments.of_course(session, membership.course)
        if membership.is_staff or row.hidden_at is None or row.id in summaries
    ]
    shown = CoursePage(
        membership=membership,
        open=tuple(r for r in rows if r.dates.is_open(now) and r.assignment.hidden_at is None),
        coming=tuple(r for r in rows if r.dates.opens_at > now),
        closed=tuple(r for r in rows if r.dates.last_moment < now or _is_put_away(r, now)),
    )
    return _for_staff(session, shown, rows) if membership.is_staff else _for_student(session, shown, now)


def _for_staff(session: Session, page: CoursePage, rows: Sequence[Row]) -> CoursePage:
    course = page.membership.course
    return replace(
        page,
        unscored=_unscored(session, rows),
        students=course_overview.students(session, course),
        overview=course_overview.of_course(session, course),
    )


def _for_student(session: Session, page: CoursePage, now: datetime) -> CoursePage:
    row, membership = page.next, page.membership
    step = None
    if row is not None:
        step = next_step.of_assignment(session, membership, row.summary, row.dates.release, now)
    marks = marks_so_far.of_student(session, membership)
    return replace(page, next_step=step, grace_left=_grace_left(session, membership, now), marks=marks)


def _grace_left(session: Session, membership: Membership, now: datetime) -> int | None:
    """The grace days that the student has left; None if the course gives none."""
    policy = policy_of(membership.course)
    if not policy.costs or not policy.grace_days:
        return None
    user = membership.user.id
    used = late_points.of_course(session, membership.course, [user], seen_at=now).get(user, {})
    return policy.grace_days - sum(final.late.grace for final in used.values())


def _is_put_away(row: Row, now: datetime) -> bool:
    """Whether it would be open, and is hidden."""
    return row.assignment.hidden_at is not None and row.dates.is_open(now)


def _row(
    assignment: Assignment,
    dates: Dates,
    summaries: Mapping[int, GradeSummary],
    best: Mapping[int, tuple[Decimal | None, Decimal | None]],
    membership: Membership,
    now: datetime,
) -> Row:
    released = membership.is_staff or dates.release.reached(now)
    key = assignment.id
    return Row(assignment, dates, summaries.get(key), released, best.get(key, (None, None)))


def _unscored(session: Session, rows: Sequence[Row]) -> tuple[tuple[Assignment, int], ...]:
    assignments_by_id = {row.assignment.id: row.assignment for row in rows}
    course_ids = {row.assignment.course_id for row in rows}
    counts = {key: n for course_id in course_ids for key, n in retries.counts(session, course_id).items()}
    return tuple((assignments_by_id[key], count) for key, count in counts.items())


def of_reader(session: Session, user: User) -> tuple[Enrolment, ...]:
    """The reader's enrolments, one for each of their courses."""
    return tuple(courses.of_user(session, user))
