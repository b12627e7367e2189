"""Running a submission again: a new grading in the staff's lane."""

from __future__ import annotations

from sqlalchemy.orm import Session

from grader.database import gradings
from grader.database.models import Submission, User
from web.access import Membership


def ask(session: Session, found: tuple[Membership, Submission]) -> None:
    """Queue a grading of the submission; 403 for students. Ring after the commit."""
    membership, submission = found
    membership.must_be_staff()
    gradings.rerun(session, submission, by=session.get_one(User, membership.user.id))
