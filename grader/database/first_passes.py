"""With which attempt each team passed everything for the first time."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from grader.database.applied import row_applies
from grader.database.models import Assignment, Grading, Submission

_gradings = cast(Table, Grading.__table__)


def _firsts(assignment: Assignment) -> Select[int, int]:
    """Team id and number of the first attempt with a grading of all points, for those who have one."""
    return (
        select(Submission.team_id, func.min(Submission.number).label("number"))
        .join(_gradings, _gradings.c.submission_id == Submission.id)
        .where(
            Submission.assignment_id == assignment.id,
            _gradings.c.assignment_id == assignment.id,
            _gradings.c.score == _gradings.c.max_score,
            row_applies(_gradings),
        )
        .group_by(Submission.team_id)
    )


def teams(assignment: Assignment, first: int, last: int) -> Select[int]:
    """The ids of the teams whose first such attempt has a number from `first` to `last`."""
    number = func.min(Submission.number)
    return _firsts(assignment).with_only_columns(Submission.team_id).having(number >= first, number <= last)


def of_assignment(session: Session, assignment: Assignment) -> dict[int, int]:
    """How many teams have that attempt with each number."""
    firsts = _firsts(assignment).subquery()
    rows = session.execute(select(firsts.c.number, func.count()).group_by(firsts.c.number))
    return {int(number): teams for number, teams in rows}
