"""The comments that the staff of a course share: offered while one writes, used again, counted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from grader.database import audit
from grader.database.errors import BadText
from grader.database.models import Course, SavedComment, User
from grader.database.written import checked_text

MOST = 300
"""Comments in the pool of one course."""


def offered(session: Session, course_id: int, limit: int = 40) -> Sequence[SavedComment]:
    """The comments of the pool, those used most first."""
    query = select(SavedComment).where(SavedComment.course_id == course_id)
    order = query.order_by(SavedComment.uses.desc(), SavedComment.id).limit(limit)
    return session.scalars(order.options(joinedload(SavedComment.course))).all()


def listing(session: Session, course_id: int, limit: int, offset: int) -> tuple[Sequence[SavedComment], int]:
    """One page of the pool, those used most first, and how many there are."""
    own = SavedComment.course_id == course_id
    total = session.execute(select(func.count()).select_from(SavedComment).where(own)).scalar_one()
    order = select(SavedComment).where(own).order_by(SavedComment.uses.desc(), SavedComment.id)
    return session.scalars(order.limit(limit).offset(offset)).all(), total


def by_id(session: Session, course_id: int, saved_id: int) -> SavedComment | None:
    """A comment of the course's pool; None if there is none with that id."""
    row = session.get(SavedComment, saved_id)
    return row if row is not None and row.course_id == course_id else None


def keep(session: Session, course: Course, text: str, *, by: User) -> SavedComment:
    """Put a text into the pool; the one that is there if it is in it. Raises BadText."""
    text = checked_text("The comment", text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    own = SavedComment.course_id == course.id
    row = session.scalar(select(SavedComment).where(own, SavedComment.text_sha256 == digest))
    if row is not None:
        return row
    session.get_one(Course, course.id, with_for_update=True)  # one writer at a time
    if session.execute(select(func.count()).select_from(SavedComment).where(own)).scalar_one() >= MOST:
        raise BadText(f"The pool has {MOST} comments, which is the most; remove one first")
    row = SavedComment(course_id=course.id, text=text, text_sha256=digest, by_id=by.id)
    session.add(row)
    audit.note(session, "saved_comment.added", row, by=by, course_id=course.id, before="", after=text)
    return row


def count_use(session: Session, row: SavedComment) -> None:
    """Count that the comment was used once more."""
    session.execute(update(SavedComment).where(SavedComment.id == row.id).values(uses=SavedComment.uses + 1))


def remove(session: Session, course: Course, row: SavedComment, *, by: User) -> None:
    """Take a comment out of the pool; comments that were made with it stay."""
    audit.note(
        session,
        "saved_comment.removed",
        row,
        by=by,
        course_id=course.id,
        before=row.text,
        after="",
        uses=row.uses,
    )
    session.delete(row)
