"""Tells a student by e-mail that a grading has ended, if they wish it and have left its page."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, and_, select
from sqlalchemy.orm import Session

from grader.database import mail, reading, writing
from grader.database.models import Assignment, Grading, Lane, MailKind, MailWish, Submission, User


def queue_graded(engine: Engine, job_id: int, is_watched: Callable[[str, int], bool]) -> bool:
    """After the end of a student's grading with a score: queue a message to who handed it in; False if they
    don't wish one, or if `is_watched` says, of the submission's public id and theirs, that its page is
    open."""
    with reading(engine) as session:
        wished = _wished(session, job_id)
    if wished is None or is_watched(wished.public_id, wished.submitter_id):
        return False
    with writing(engine) as session:
        submission = session.get_one(Submission, wished.id)
        assignment = session.get_one(Assignment, submission.assignment_id)
        user = session.get_one(User, submission.submitter_id)
        body = (
            f"Attempt {submission.number} of {assignment.title} is graded.\n\n"
            f"What was found:\n{mail.link(f'/s/{wished.public_id}')}"
        )
        about = f"submission:{submission.id}"
        return mail.queue(session, user, MailKind.GRADED, about, f"Graded: {assignment.title}", body)


def _wished(session: Session, job_id: int) -> Submission | None:
    """The submission if its submitter wishes to know, and the grading is a student's with a score."""
    wish = and_(MailWish.user_id == Submission.submitter_id, MailWish.kind == MailKind.GRADED)
    return session.scalar(
        select(Submission)
        .join(Grading, Grading.submission_id == Submission.id)
        .join(MailWish, wish)
        .where(Grading.id == job_id, Grading.lane == Lane.STUDENTS, Grading.score.is_not(None))
    )
