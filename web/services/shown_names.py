"""The names of students as a reader sees them: while staff hide names, what stands for their teams."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from grader.database import courses, review_queue
from grader.database.models import Assignment, Submission
from web.access import Membership


def of_team(session: Session, membership: Membership, submission: Submission, *, hidden: bool) -> str:
    """The members of the submission's team; for staff who hide names "Student" and six characters, the same
    on every page of the assignment."""
    if hidden and membership.is_staff:
        return _standing_for(submission.assignment, submission.team_id)
    return ", ".join(member.name for member in courses.members(session, submission.team))


def of_teams(
    session: Session, assignment: Assignment, teams: Collection[int], *, hidden: bool
) -> dict[int, str]:
    """The same of each of these teams, by its id, for staff."""
    if hidden:
        return {team: _standing_for(assignment, team) for team in teams}
    return courses.names_of_teams(session, teams)


def _standing_for(assignment: Assignment, team_id: int) -> str:
    return f"Student {review_queue.pseudonym(assignment.secret, team_id)}"
