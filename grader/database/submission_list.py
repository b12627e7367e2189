"""The staff's table of submissions, page by page: see `submission_filter` for what it matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Assignment, GradeSummary, Grading, Submission, Team
from grader.database.submission_filter import SORTS, Filter, all_by_score, ids_of, newest_id

__all__ = ["SORTS", "Filter", "Item", "Page", "find", "pairs"]


@dataclass(frozen=True)
class Item:
    """One row of the table: the attempt, its newest grading, whether it counts."""

    submission: Submission
    team: Team
    grading: Grading
    counts: bool


@dataclass(frozen=True)
class Page:
    """The rows of one page, and how many rows match the filter."""

    items: tuple[Item, ...]
    total: int


def find(
    session: Session, assignment: Assignment, filters: Filter, *, limit: int = 50, offset: int = 0
) -> Page:
    """Submissions of an assignment that match the filter, in its order."""
    if filters == Filter(sort="score", reverse=filters.reverse):
        matching = all_by_score(assignment, reverse=filters.reverse)
    else:
        matching = ids_of(session, assignment, filters)
    rows = session.execute(matching.add_columns(func.count().over()).limit(limit).offset(offset)).all()
    if not rows:
        total = count(session, matching) if offset or not limit else 0
        return Page((), total)
    chosen = [row[0] for row in rows]
    found = {item.submission.id: item for item in _items(session, chosen)}
    return Page(tuple(found[id] for id in chosen if id in found), rows[0][1])


def count(session: Session, matching: Any) -> int:
    """How many rows a query of ids has."""
    return session.execute(select(func.count()).select_from(matching.order_by(None).subquery())).scalar_one()


def pairs(
    session: Session, assignment: Assignment, filters: Filter, *, limit: int
) -> Sequence[tuple[int, int]]:
    """(id, team id) of those that match, at most `limit`."""
    query = ids_of(session, assignment, filters).add_columns(Submission.team_id).limit(limit)
    return [(id, team) for id, team in session.execute(query)]


def _items(session: Session, chosen: Sequence[int]) -> list[Item]:
    same_team = and_(
        GradeSummary.assignment_id == Submission.assignment_id, GradeSummary.team_id == Submission.team_id
    )
    newest = and_(Grading.submission_id == Submission.id, Grading.id == newest_id())
    rows = session.execute(
        select(Submission, Grading, GradeSummary.counts_id)
        .select_from(Submission)
        .join(Grading, newest)
        .outerjoin(GradeSummary, same_team)
        .where(Submission.id.in_(chosen))
        .options(joinedload(Submission.team))
    ).all()
    return [Item(row, row.team, grading, counts == row.id) for row, grading, counts in rows]
