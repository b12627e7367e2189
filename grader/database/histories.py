"""The attempts of one team, or of all teams on an assignment, as counting needs them: three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Select, Table, false, func, or_, select
from sqlalchemy.orm import Session

from grader.database.applied import row_applies
from grader.database.counting import Attempt, History, Scored
from grader.database.models import Assignment, Choice, Grading, Job, JobState, Submission

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
    chosen = _chosen(session, assignment_id)
    return {
        team: History(tuple(rows), scored[team], team in unfinished, chosen.get(team))
        for team, rows in attempts.items()
    }


def of_scores(
    session: Session,
    assignment: Assignment,
    teams: Collection[int],
    *,
    costs: bool,
    regrade_id: int | None = None,
) -> dict[int, History]:
    """The same with nothing but points, and with only those attempts of which one counts; two queries, which
    return a few rows a team. `costs`: late days take points off, so that of the late ones each may count."""
    scored: dict[int, dict[int, Scored]] = {team: {} for team in teams}
    rows = _candidates(assignment, _of(assignment.id, teams), regrade_id, costs=costs)
    for team, submission, grading, at, points in session.execute(rows):
        scored[team][submission] = Scored(submission, grading, at, points)
    chosen = _chosen(session, assignment.id)
    return {team: History((), rows, False, chosen.get(team)) for team, rows in scored.items()}


def _candidates(
    assignment: Assignment, own: list[Any], regrade_id: int | None, *, costs: bool
) -> Select[*tuple[Any, ...]]:
    """Of each team the attempt with the most points among those in time (of equals the latest), its latest
    one and the one that it chose; all late ones if these cost something."""
    newest = func.row_number().over(partition_by=_table.c.submission_id, order_by=_table.c.id.desc())
    failed = select(Job.id).where(Job.state == JobState.FAILED)
    scores = (
        select(Submission.team_id, Submission.id.label("submission_id"), _table.c.id, Submission.created_at)
        .add_columns(_table.c.score, newest.label("age"))
        .join(_table, _table.c.submission_id == Submission.id)
        .where(*own, _table.c.assignment_id == assignment.id, row_applies(_table, also=regrade_id))
        .where(_table.c.score.is_not(None), _table.c.id.not_in(failed))
        .subquery()
    )
    late = (scores.c.created_at > assignment.due_at) if costs else false()
    order = [scores.c.score.desc(), scores.c.submission_id.desc()]
    best = func.row_number().over(partition_by=[scores.c.team_id, late], order_by=order)
    last = func.row_number().over(partition_by=scores.c.team_id, order_by=scores.c.submission_id.desc())
    of_each = (
        select(scores, best.label("best"), last.label("last"), late.label("late"))
        .where(scores.c.age == 1)
        .subquery()
    )
    chosen = select(Choice.submission_id).where(Choice.assignment_id == assignment.id)
    c = of_each.c
    kept = or_(c.best == 1, c.last == 1, c.late, c.submission_id.in_(chosen))
    return select(c.team_id, c.submission_id, c.id, c.created_at, c.score).where(kept)


def _chosen(session: Session, assignment_id: int) -> dict[int, int]:
    choices = select(Choice.team_id, Choice.submission_id).where(Choice.assignment_id == assignment_id)
    return {team: submission for team, submission in session.execute(choices)}


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
