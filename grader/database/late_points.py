"""Final points of students: those of the attempt that counts, without what late days take off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from grader.database import deadlines
from grader.database.grade_summary import policy_of
from grader.database.late import Late, Policy, consequences, days_late
from grader.database.models import Assignment, Course, GradeSummary, Submission, TeamMember


@dataclass(frozen=True)
class Fact:
    """What counts for one student on one assignment: handed in `at`, with these points; `free` if late days
    cost nothing there."""

    assignment_id: int
    team_id: int
    due_at: datetime
    at: datetime
    submission_id: int
    points: Decimal
    of: Decimal
    free: bool = False

    @property
    def days(self) -> int:
        """The late days that may cost something."""
        return 0 if self.free else days_late(self.at, self.due_at)


@dataclass(frozen=True)
class Final:
    """The points of a fact, what being late costs, and what is left: `points`."""

    fact: Fact
    late: Late
    points: Decimal


def settle(policy: Policy, facts: Iterable[Fact]) -> dict[int, Final]:
    """One student's final points by assignment id; grace days are used in the order of the due dates."""
    rows = sorted(facts, key=lambda fact: (fact.due_at, fact.assignment_id))
    costs = consequences(policy, [fact.days for fact in rows])
    return {
        fact.assignment_id: Final(fact, cost, cost.final(fact.points))
        for fact, cost in zip(rows, costs, strict=True)
    }


def of_course(
    session: Session,
    course: Course,
    users: Collection[int] | None = None,
    *,
    seen_at: datetime | None = None,
) -> dict[int, dict[int, Final]]:
    """Final points by user id and assignment id, for these users (None: for all); at most four queries.

    As staff see them; with `seen_at` as students see them then: by the visible tests alone where hidden
    results are not shown yet.
    """
    policy = policy_of(course)
    by_user = facts_of_course(session, course, users, seen_at=seen_at)
    return {user: settle(policy, facts) for user, facts in by_user.items()}


def facts_of_course(
    session: Session,
    course: Course,
    users: Collection[int] | None = None,
    *,
    seen_at: datetime | None = None,
) -> dict[int, list[Fact]]:
    """What counts for each of these users, by user id; see `of_course`."""
    known = deadlines.of_course(session, course.id)
    assignments = session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all()
    by_id = {row.id: row for row in assignments}
    facts: dict[int, dict[int, tuple[datetime, Fact]]] = defaultdict(dict)
    for row in session.execute(_rows(by_id, users)):
        fact = _fact(row, by_id[row.assignment_id], known, seen_at)
        before = facts[row.user_id].get(row.assignment_id)
        if fact is not None and (before is None or before[0] < row.last_at):  # of two teams the last active
            facts[row.user_id][row.assignment_id] = row.last_at, fact
    return {user: [fact for _, fact in rows.values()] for user, rows in facts.items()}


def _rows(assignments: Collection[int], users: Collection[int] | None) -> Select[*tuple[Any, ...]]:
    counts, visible = aliased(Submission), aliased(Submission)
    query = (
        select(
            TeamMember.user_id,
            GradeSummary.assignment_id,
            GradeSummary.team_id,
            GradeSummary.last_at,
            GradeSummary.counts_id,
            GradeSummary.points,
            GradeSummary.max_points,
            counts.created_at,
            GradeSummary.visible_counts_id,
            GradeSummary.visible_points,
            GradeSummary.visible_max,
            visible.created_at.label("visible_at"),
        )
        .join(GradeSummary, GradeSummary.team_id == TeamMember.team_id)
        .outerjoin(counts, counts.id == GradeSummary.counts_id)
        .outerjoin(visible, visible.id == GradeSummary.visible_counts_id)
    )
    own = GradeSummary.assignment_id.in_(assignments)
    return query.where(own if users is None else and_(own, TeamMember.user_id.in_(users)))


def _fact(
    row: Row[Any], assignment: Assignment, known: deadlines.Deadlines, seen_at: datetime | None
) -> Fact | None:
    dates = known.of(assignment, row.team_id)
    if seen_at is None or dates.release.reached(seen_at):
        counted = row.counts_id, row.created_at, row.points, row.max_points
    else:
        counted = row.visible_counts_id, row.visible_at, row.visible_points, row.visible_max
    submission_id, at, points, most = counted
    if submission_id is None:
        return None
    return Fact(
        assignment.id, row.team_id, dates.due_at, at, submission_id, points, most, assignment.late_free
    )
