"""The attempt of each team that counts on an assignment, or the team's latest where none counts."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, func, select, union_all

from grader.database.models import Assignment, GradeSummary, Submission


def ids(assignment: Assignment) -> CompoundSelect[int, int]:
    """A query for team_id and submission_id. One column or the other by `coalesce` would be shorter, but no
    index can be used for it."""
    own = GradeSummary.assignment_id == assignment.id
    counting = select(GradeSummary.team_id, GradeSummary.counts_id.label("submission_id"))
    latest = (
        select(Submission.team_id, func.max(Submission.id).label("submission_id"))
        .join(
            GradeSummary,
            (GradeSummary.team_id == Submission.team_id)
            & (GradeSummary.assignment_id == Submission.assignment_id),
        )
        .where(Submission.assignment_id == assignment.id, GradeSummary.counts_id.is_(None))
        .group_by(Submission.team_id)
    )
    return union_all(counting.where(own, GradeSummary.counts_id.is_not(None)), latest)
