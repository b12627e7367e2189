"""The gradings that a list of attempts shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from grader.database.applied import applies
from grader.database.models import Assignment, Grading, Submission, Team


def shown(session: Session, submissions: Collection[int], *, report: bool = False) -> dict[int, Grading]:
    """For each submission with this id the grading to show: the newest if it is not over; else the newest
    with a score; else the newest. With `report` their reports are loaded too. At most two queries."""
    query = (
        select(Grading)
        .where(Grading.submission_id.in_(submissions), applies())
        .order_by(Grading.id)
        .options(joinedload(Grading.pack_version))
    )
    chosen: dict[int, Grading] = {}
    for grading in session.scalars(query):
        before = chosen.get(grading.submission_id)
        if before is None or grading.score is not None or before.score is None or not grading.state.is_over:
            chosen[grading.submission_id] = grading
    if report and chosen:
        ids = [grading.id for grading in chosen.values()]
        reports = select(Grading).where(Grading.id.in_(ids)).options(undefer(Grading.report))
        session.scalars(reports.execution_options(populate_existing=True)).all()
    return chosen


def page(
    session: Session, assignment: Assignment, team: Team, *, limit: int, offset: int = 0
) -> Sequence[Submission]:
    """The team's attempts of one page of the list, latest first."""
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    query = select(Submission).where(*own).order_by(Submission.number.desc()).limit(limit).offset(offset)
    return session.scalars(query.options(selectinload(Submission.files))).all()


def count(session: Session, assignment: Assignment, team: Team) -> int:
    """How many attempts the team has made."""
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    return session.scalar(select(func.count()).select_from(Submission).where(*own)) or 0


def best_of_teams(
    session: Session, team_ids: Collection[int]
) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """The most points of any attempt of these teams, and the most in the visible tests, by assignment id."""
    query = (
        select(Submission.assignment_id, func.max(Grading.score), func.max(Grading.visible_score))
        .join(Grading, Grading.submission_id == Submission.id)
        .where(Submission.team_id.in_(team_ids), Grading.score.is_not(None), applies())
        .group_by(Submission.assignment_id)
    )
    return {assignment: (score, visible) for assignment, score, visible in session.execute(query)}


def numbered(session: Session, of: Submission, number: int) -> Submission | None:
    """The attempt with this number of the same team; None if there is none."""
    return session.scalar(
        select(Submission)
        .where(
            Submission.assignment_id == of.assignment_id,
            Submission.team_id == of.team_id,
            Submission.number == number,
        )
        .options(selectinload(Submission.files))
    )
