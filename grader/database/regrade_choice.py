"""Which submissions of an assignment can be graded again, and which an earlier version has graded."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from grader.database import counted_attempts
from grader.database.models import Assignment, GradeSummary, Grading, Submission

_gradings = cast(Table, Grading.__table__)


def counting(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of the attempts that count now, and of the latest where none counts."""
    rows = session.execute(counted_attempts.ids(assignment))
    return tuple(sorted(submission for _, submission in rows))


def latest(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of each team's latest attempt."""
    query = select(func.max(Submission.id)).where(Submission.assignment_id == assignment.id)
    return tuple(sorted(session.scalars(query.group_by(Submission.team_id)).all()))


def every(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of all attempts."""
    query = select(Submission.id).where(Submission.assignment_id == assignment.id).order_by(Submission.id)
    return tuple(session.scalars(query).all())


def sizes(session: Session, assignment: Assignment) -> dict[str, int]:
    """How many attempts `counting`, `latest` and `every` give, by "counting", "latest" and "all"."""
    own = Submission.assignment_id == assignment.id
    teams, every = session.execute(
        select(func.count(Submission.team_id.distinct()), func.count()).where(own)
    ).one()
    return {"counting": teams, "latest": teams, "all": every}


def stale(session: Session, assignment: Assignment) -> tuple[int, ...]:
    """The ids of the attempts that count now by a grading with another version of the pack."""
    return tuple(sorted(session.scalars(_stale(assignment, GradeSummary.counts_id))))


def count_stale(session: Session, assignment: Assignment) -> int:
    """How many those are."""
    return int(session.execute(_stale(assignment, func.count())).scalar_one())


def _stale(assignment: Assignment, what: Any) -> Select[Any]:
    own = (GradeSummary.assignment_id == assignment.id, GradeSummary.counts_id.is_not(None))
    other = _gradings.c.pack_version_id != assignment.pack_version_id
    graded = _gradings.c.id == GradeSummary.grading_id
    return select(what).select_from(GradeSummary).join(_gradings, graded).where(*own, other)
