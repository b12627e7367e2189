"""The symbols in the names of mistakes (σ′(z₁) or tanh′(z)), from a report in which each was found."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database.models import Assignment, GradeSummary, Grading, Result
from grader.grading.findings import depends, facts_in

Place = tuple[str, str]


def of_assignment(
    session: Session, assignment: Assignment, found: Collection[tuple[str, str | None]]
) -> dict[Place, dict[str, str]]:
    """The facts of the newest diagnosis of each of these mistakes at its place (None: at any), in the
    attempts that count, by both ("" for any); those without a name that depends on them are left out. Two
    queries, none if there are no such mistakes."""
    wanted = {(mistake, place) for mistake, place in found if depends(mistake)}
    if not wanted:
        return {}
    rows = session.execute(
        select(Result.mistake, Result.place, func.max(Result.grading_id))
        .join(GradeSummary, GradeSummary.grading_id == Result.grading_id)
        .where(GradeSummary.assignment_id == assignment.id)
        .where(Result.mistake.in_({mistake for mistake, _ in wanted}))
        .group_by(Result.mistake, Result.place)
        .order_by(func.max(Result.grading_id))
    )
    examples: dict[Place, int] = {}
    for mistake, place, grading in rows:
        for key in ((mistake, place or ""), (mistake, None)):
            if key in wanted:
                examples[(str(mistake), key[1] or "")] = grading
    query = select(Grading.id, Grading.report).where(Grading.id.in_(set(examples.values())))
    reports = {id: report for id, report in session.execute(query)}
    return {key: facts_in(reports.get(grading), key[0]) for key, grading in examples.items()}
