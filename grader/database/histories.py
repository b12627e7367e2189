"""The attempts of one team, or of all teams on an assignment, as counting needs them: three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database.applied import applies
from grader.database.counting import Attempt, History, Scored
from grader.database.models import Choice, Grading, JobState, Submission


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
    for row in session.execute(
        select(Submission.team_id, Submission.id, Submission.created_at, Submission.given_back)
        .where(*_of(assignment_id, teams))
        .order_by(Submission.number)
    ):
        attempts[row.team_id].append(Attempt(row.id, row.created_at, row.given_back))
    if not attempts:
        return {}
    scored, unfinished = _gradings(session, _of(assignment_id, teams), regrade_id)
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
    session: Session, own: list[Any], regrade_id: int | None
) -> tuple[defaultdict[int, dict[int, Scored]], set[int]]:
    """The scored attempts by team and submission, and the teams with a grading that is not over."""
    rows = session.execute(
        select(
            Submission.team_id,
            Submission.created_at,
            Grading.submission_id,
            Grading.id,
            Grading.state,
            Grading.score,
            Grading.max_score,
            Grading.visible_score,
            Grading.visible_max,
            Grading.awaiting,
            Grading.visible_awaiting,
        )
        .join(Submission, Submission.id == Grading.submission_id)
        .where(*own, applies(also=regrade_id))
        .order_by(Submission.number, Grading.id)
    ).all()
    scored: defaultdict[int, dict[int, Scored]] = defaultdict(dict)
    unfinished = set()
    for row in rows:
        if not row.state.is_over:
            unfinished.add(row.team_id)
        elif row.state is JobState.DONE and row.score is not None:
            scored[row.team_id][row.submission_id] = _scored(row)  # a later one replaces an earlier one
    return scored, unfinished


def _scored(row: Any) -> Scored:
    return Scored(
        submission_id=row.submission_id,
        grading_id=row.id,
        at=row.created_at,
        points=row.score,
        max_points=row.max_score or Decimal(0),
        visible_points=row.visible_score or Decimal(0),
        visible_max=row.visible_max or Decimal(0),
        awaiting=row.awaiting or Decimal(0),
        visible_awaiting=row.visible_awaiting or Decimal(0),
    )
