"""The attempts of one team, or of all teams on an assignment, as counting needs them: three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from grader.database.applied import row_applies
from grader.database.counting import Attempt, History, Scored
from grader.database.models import Choice, Grading, Job, JobState, Submission

_table = cast(Table, Grading.__table__)


def of_assignment(
    session: Session,
    assignment_id: int,
    teams: Collection[int] | None = None,
    *,
    regrade_id: int | None = None,
) -> dict[int, History]:
    """The histories by team id, of those teams (None: of all) that have an attempt; as they would be if the
    regrade with this id were applied."""
    attempts: defaultdict[int, list[Attempt]] = defaultdict(list)
    query = select(Submission.team_id, Submission.id, Submission.created_at, Submission.given_back)
    own = _of(assignment_id, teams)
    for team, id, at, given_back in session.execute(query.where(*own).order_by(Submission.number)):
        attempts[team].append(Attempt(id, at, given_back))
    if not attempts:
        return {}
    scored, unfinished = _gradings(session, assignment_id, own, regrade_id)
    choices = select(Choice.team_id, Choice.submission_id).where(Choice.assignment_id == assignment_id)
    chosen = {team: submission for team, submission in session.execute(choices)}
    return {
        team: History(tuple(rows), scored[team], team in unfinished, chosen.get(team))
        for team, rows in attempts.items()
    }


def _of(assignment_id: int, teams: Collection[int] | None) -> list[Any]:
    of_teams = [] if teams is None else [Submission.team_id.in_(teams)]
    return [Submission.assignment_id == assignment_id, *of_teams]


def _gradings(
    session: Session, assignment_id: int, own: list[Any], regrade_id: int | None
) -> tuple[defaultdict[int, dict[int, Scored]], set[int]]:
    """The scored attempts by team and submission, and the teams with a grading that is not over."""
    those = (*own, _table.c.assignment_id == assignment_id, row_applies(_table, also=regrade_id))
    joined = select(Submission.team_id).join(_table, _table.c.submission_id == Submission.id)
    joined = joined.join(Job, Job.id == _table.c.id)
    waits = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    unfinished = set(session.scalars(joined.where(*those, waits)))
    rows = session.execute(
        select(
            Submission.team_id,
            _table.c.submission_id,
            _table.c.id,
            Submission.created_at,
            _table.c.score,
            _table.c.max_score,
            _table.c.visible_score,
            _table.c.visible_max,
            _table.c.awaiting,
            _table.c.visible_awaiting,
        )
        .join(_table, _table.c.submission_id == Submission.id)
        .join(Job, Job.id == _table.c.id)
        .where(*those, Job.state == JobState.DONE, _table.c.score.is_not(None))
        .order_by(Submission.number, _table.c.id)
    )
    scored: defaultdict[int, dict[int, Scored]] = defaultdict(dict)
    for team, submission, *values in rows:
        scored[team][submission] = Scored(submission, *values)  # a later one replaces an earlier one
    return scored, unfinished
