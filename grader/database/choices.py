"""The attempt that a team chooses to count, where the assignment lets it choose."""

from __future__ import annotations

from sqlalchemy.orm import Session

from grader.database import audit, grade_summary
from grader.database.errors import NoChoice
from grader.database.models import Choice, Counting, Submission, User
from grader.database.models.base import utc_now


def of_team(session: Session, assignment_id: int, team_id: int) -> Choice | None:
    """The team's choice; None if it has made none."""
    return session.get(Choice, (assignment_id, team_id))


def choose(session: Session, submission: Submission, *, by: User) -> None:
    """Let this attempt count for its team from now on; no change if it does. Raises NoChoice if the
    assignment does not let students choose, or if its marks are published."""
    assignment = submission.assignment
    if assignment.counting is not Counting.CHOSEN:
        raise NoChoice(f"In this assignment the {assignment.counting} attempt counts; it can't be chosen")
    if assignment.marks_published_at is not None:
        raise NoChoice("The marks of this assignment are published, so the choice can't be changed")
    row = of_team(session, assignment.id, submission.team_id)
    before = None if row is None else row.submission_id
    if before == submission.id:
        return
    if row is None:
        row = Choice(assignment_id=assignment.id, team_id=submission.team_id)
        session.add(row)
    row.submission_id, row.by_id, row.at = submission.id, by.id, utc_now()
    audit.note(
        session,
        "submission.chosen",
        submission,
        by=by,
        course_id=assignment.course_id,
        before=before,
        after=submission.id,
    )
    grade_summary.refresh(session, assignment.id, submission.team_id)
