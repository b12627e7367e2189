"""With which attempt each team passed everything for the first time."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Select, Table, func, or_, select
from sqlalchemy.orm import Session

from grader.database.models import Assignment, Grading, Regrade, RegradeState, Submission

_gradings = cast(Table, Grading.__table__)


def _firsts(assignment: Assignment) -> Select[Any]:
    """Team id and number of the first attempt with a grading of all points, for those who have one."""
    applied = select(Regrade.id).where(Regrade.state == RegradeState.APPLIED)
    return (
        select(Submission.team_id, func.min(Submission.number).label("number"))
        .join(_gradings, _gradings.c.submission_id == Submission.id)
        .where(
            Submission.assignment_id == assignment.id,
            _gradings.c.score == _gradings.c.max_score,
            or_(_gradings.c.regrade_id.is_(None), _gradings.c.regrade_id.in_(applied)),
        )
        .group_by(Submission.team_id)
    )


def teams(assignment: Assignment, first: int, last: int) -> Select[int]:
    """The ids of the teams whose first such attempt has a number from `first` to `last`."""
    number = func.min(Submission.number)
    return _firsts(assignment).with_only_columns(Submission.team_id).having(number >= first, number <= last)


def of_assignment(session: Session, assignment: Assignment) -> dict[int, int]:
    """The number of that attempt by team id."""
    return {team: int(number) for team, number in session.execute(_firsts(assignment))}
