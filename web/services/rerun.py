"""Running a submission again: a new grading in the staff's lane."""

from __future__ import annotations

from sqlalchemy.orm import Session

from grader.database import gradings
from grader.database.models import User
from web.access import submission_membership


def enqueue(session: Session, user: User, public_id: str) -> None:
    """Queue a new grading of the submission; notify a worker after the commit. Raises Missing, and
    Forbidden for students."""
    membership, submission = submission_membership(session, user, public_id)
    membership.must_be_staff()
    gradings.rerun(session, submission, by=session.get_one(User, membership.user.id))
