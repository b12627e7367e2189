"""Comments of staff on submissions: added, changed, deleted and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, mail
from grader.database.errors import BadText
from grader.database.models import Blob, Comment, MailKind, Submission, SubmissionFile, TeamMember, User
from grader.database.models.base import utc_now
from grader.database.written import checked_text

MOST = 100
"""Comments of one submission."""


def of_submission(session: Session, submission: Submission, *, deleted: bool = False) -> Sequence[Comment]:
    """The comments on a submission with who wrote them, by file and line; `deleted` ones if asked for."""
    query = select(Comment).where(Comment.submission_id == submission.id)
    if not deleted:
        query = query.where(Comment.deleted_at.is_(None))
    order = query.order_by(Comment.file, Comment.line, Comment.id)
    return session.scalars(order.options(joinedload(Comment.by))).all()


def by_id(session: Session, submission: Submission, comment_id: int) -> Comment | None:
    """A comment on this submission, deleted or not; None if there is none with that id."""
    comment = session.get(Comment, comment_id)
    return comment if comment is not None and comment.submission_id == submission.id else None


def add(session: Session, submission: Submission, file: str, line: int, text: str, *, by: User) -> Comment:
    """Add a comment on a line of a file, or with "" and 0 on all of the submission; tell its team by mail.
    Raises BadText if the text is empty or too long, the line does not exist, or there are MOST already."""
    text = checked_text("The comment", text)
    check_line(session, submission, file, line)
    count = select(func.count()).where(Comment.submission_id == submission.id, Comment.deleted_at.is_(None))
    if session.execute(count.select_from(Comment)).scalar_one() >= MOST:
        raise BadText(f"This submission has {MOST} comments already, which is the most")
    comment = Comment(submission_id=submission.id, file=file, line=line, text=text, by_id=by.id)
    session.add(comment)
    _note(session, "comment.added", submission, comment, by, before="", after=text)
    _tell(session, submission, by)
    return comment


def check_line(session: Session, submission: Submission, file: str, line: int) -> None:
    """Raises BadText unless the line is one of this file of the submission, or both are empty."""
    if not file and not line:
        return
    data = session.scalar(
        select(Blob.data)
        .join(SubmissionFile, SubmissionFile.sha256 == Blob.sha256)
        .where(SubmissionFile.submission_id == submission.id, SubmissionFile.name == file)
    )
    if data is None:
        raise BadText(f"The submission has no file {file!r:.80}")
    lines = len(data.decode("utf-8-sig", "replace").rstrip("\n").split("\n"))
    if not 1 <= line <= lines:
        raise BadText(f"{file} has no line {line}: its lines are 1 to {lines}")


def change(session: Session, submission: Submission, comment: Comment, text: str, *, by: User) -> None:
    """Change the text; the earlier one is in the audit trail. Raises BadText."""
    before, comment.text = comment.text, checked_text("The comment", text)
    if before != comment.text:
        _note(session, "comment.changed", submission, comment, by, before=before, after=comment.text)


def delete(session: Session, submission: Submission, comment: Comment, *, by: User) -> None:
    """Hide the comment; `restore` takes that back."""
    if comment.deleted_at is None:
        comment.deleted_at = utc_now()
        _note(session, "comment.deleted", submission, comment, by, before=comment.text, after="")


def restore(session: Session, submission: Submission, comment: Comment, *, by: User) -> None:
    """Show a deleted comment again."""
    if comment.deleted_at is not None:
        comment.deleted_at = None
        _note(session, "comment.restored", submission, comment, by, before="", after=comment.text)


def _note(
    session: Session, action: str, submission: Submission, comment: Comment, by: User, **texts: str
) -> None:
    place = {"submission": submission.id, "file": comment.file, "line": comment.line}
    audit.note(session, action, comment, by=by, course_id=submission.assignment.course_id, **place, **texts)


def _tell(session: Session, submission: Submission, by: User) -> None:
    """Queue one message a day to everybody of the team who wishes it."""
    title, day = submission.assignment.title, datetime.now(UTC).date()
    address = mail.link(f"/s/{submission.public_id}/review")
    body = f"{by.name} has commented on attempt {submission.number} of {title}:\n\n{address}\n"
    team = select(User).join(TeamMember, TeamMember.user_id == User.id)
    for user in session.scalars(team.where(TeamMember.team_id == submission.team_id)).all():
        about = f"submission:{submission.id}:{day}"
        mail.queue(session, user, MailKind.COMMENTED, about, f"{title}: a comment on your attempt", body)
