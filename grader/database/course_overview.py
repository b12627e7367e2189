"""A course's assignments in numbers, for its staff, in a fixed number of queries."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from grader.database.models import (
    Assignment,
    Course,
    CourseRole,
    Enrolment,
    GradeState,
    GradeSummary,
    RegradeRequest,
    RequestState,
    TeamMember,
)


@dataclass(frozen=True)
class Overview:
    """One assignment: how many students have submitted, the median of their points, and how many of them wait
    for a grading, for marks, have no score by a fault, or were late; and how many requests are open."""

    submitted: int = 0
    median: Decimal | None = None
    waiting: int = 0
    marking: int = 0
    not_yet: int = 0
    late: int = 0
    requests: int = 0


def students(session: Session, course: Course) -> int:
    """How many students the course has."""
    return session.scalar(select(func.count()).select_from(Enrolment).where(*_student(course))) or 0


def of_course(session: Session, course: Course) -> dict[int, Overview]:
    """The overview of every assignment with a submission or a request, by its id. Three queries."""
    medians, requests = _medians(session, course), _requests(session, course)
    found = {
        row.id: Overview(
            row.submitted,
            medians.get(row.id),
            int(row.waiting),
            int(row.marking),
            int(row.not_yet),
            int(row.late),
            requests.get(row.id, 0),
        )
        for row in session.execute(_counts(course))
    }
    return {key: Overview(requests=count) for key, count in requests.items()} | found


def _student(course: Course) -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.course_id == course.id,
        Enrolment.role == CourseRole.STUDENT,
        Enrolment.left_at.is_(None),
    )


def _of_students(query: Select[Any], course: Course) -> Select[Any]:
    """The query, over the summaries of the course's students."""
    return (
        query.select_from(GradeSummary)
        .join(TeamMember, TeamMember.team_id == GradeSummary.team_id)
        .join(Enrolment, and_(Enrolment.user_id == TeamMember.user_id, *_student(course)))
        .join(Assignment, Assignment.id == GradeSummary.assignment_id)
        .where(Assignment.course_id == course.id)
    )


def _counts(course: Course) -> Select[Any]:
    def those(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((condition, 1), else_=0))

    query = select(
        GradeSummary.assignment_id.label("id"),
        func.count().label("submitted"),
        those(GradeSummary.state == GradeState.WAITING).label("waiting"),
        those(GradeSummary.awaiting > Decimal(0)).label("marking"),
        those(GradeSummary.state == GradeState.NOT_YET).label("not_yet"),
        those(GradeSummary.late_days > 0).label("late"),
    )
    return _of_students(query, course).group_by(GradeSummary.assignment_id)


def _medians(session: Session, course: Course) -> dict[int, Decimal]:
    columns: tuple[Any, ...] = (GradeSummary.assignment_id, GradeSummary.points, func.count())
    groups = _of_students(select(*columns), course).group_by(*columns[:2])
    counted: dict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for assignment, points, count in session.execute(groups.where(GradeSummary.points.is_not(None))):
        counted[assignment].append((points, count))
    return {assignment: median(pairs) for assignment, pairs in counted.items()}


def median(counted: Iterable[tuple[Decimal, int]]) -> Decimal:
    """The median of values that are given with how many of each there are; at least one."""
    pairs = sorted(counted)
    places = list(accumulate(count for _, count in pairs))
    total = places[-1]
    low, high = (pairs[bisect_right(places, at)][0] for at in ((total - 1) // 2, total // 2))
    return (low + high) / 2


def _requests(session: Session, course: Course) -> dict[int, int]:
    rows = session.execute(
        select(RegradeRequest.assignment_id, func.count())
        .join(Assignment, Assignment.id == RegradeRequest.assignment_id)
        .where(Assignment.course_id == course.id, RegradeRequest.state == RequestState.OPEN)
        .group_by(RegradeRequest.assignment_id)
    )
    return {assignment: count for assignment, count in rows}
