"""What staff change in a review: comments and their pool, points of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import comment_pool, comments, overrides
from grader.database.errors import BadText
from grader.database.models import Comment, SavedComment, Submission, User
from grader.values.numbers import whole_number
from web.access import Membership, course_membership, staff_submission
from web.refusals import Forbidden, Missing
from web.services.marking import points_of
from web.services.people import Pages, page_number

A_PAGE = 50


def add_comment(session: Session, user: User, public_id: str, form: Mapping[str, str]) -> Comment:
    """Add the comment in the form: its own text, one of the pool, or both; put it into the pool if that is
    ticked. Raises BadText, Forbidden for students, Missing."""
    membership, submission = staff_submission(session, user, public_id)
    by = session.get_one(User, user.id)
    saved, own = _saved(session, membership, form.get("saved", "")), form.get("text", "").strip()
    text = "\n\n".join(part for part in (saved.text if saved else "", own) if part)
    line = whole_number(form.get("line", ""), 1, 10_000_000) or 0
    comment = comments.add(session, submission, form.get("file", "") if line else "", line, text, by=by)
    if form.get("pool") and own:
        kept = comment_pool.keep(session, membership.course, own, by=by)
        session.flush()
        comment_pool.count_use(session, kept)
    if saved:
        comment_pool.count_use(session, saved)
    return comment


def _saved(session: Session, membership: Membership, value: str) -> SavedComment | None:
    if not value:
        return None
    number = whole_number(value, 1, 10**15)
    saved = comment_pool.by_id(session, membership.course.id, number) if number else None
    if saved is None:
        raise BadText("This comment of the pool was removed meanwhile; choose another one")
    return saved


def change_comment(
    session: Session, user: User, public_id: str, comment_id: int, what: str, text: str
) -> Comment:
    """Change, delete or restore a comment. Only who wrote it changes its text; instructors delete those of
    others too. Raises BadText, Forbidden, Missing."""
    membership, submission = staff_submission(session, user, public_id)
    comment = comments.by_id(session, submission, comment_id)
    if comment is None:
        raise Missing
    by = session.get_one(User, user.id)
    if comment.by_id != user.id:
        if what == "change":
            raise Forbidden
        membership.must_be_instructor()
    if what == "change":
        comments.change(session, submission, comment, text, by=by)
    elif what == "delete":
        comments.delete(session, submission, comment, by=by)
    else:
        comments.restore(session, submission, comment, by=by)
    return comment


def override(session: Session, user: User, public_id: str, form: Mapping[str, str]) -> Submission:
    """Change the points of a row, with a reason. Raises StoreError, Forbidden for students, Missing."""
    _, submission = staff_submission(session, user, public_id)
    points = points_of(form.get("points", ""))
    by = session.get_one(User, user.id)
    overrides.give(session, submission, form.get("test", "")[:200], points, form.get("reason", ""), by=by)
    return submission


def withdraw(session: Session, user: User, public_id: str, test_id: str) -> bool:
    """Let the points that were found count again; False if none were changed. Raises Forbidden, Missing."""
    _, submission = staff_submission(session, user, public_id)
    return overrides.withdraw(session, submission, test_id[:200], by=session.get_one(User, user.id))


@dataclass(frozen=True)
class PoolPage:
    """One page of the comments that the staff of a course share."""

    membership: Membership
    rows: tuple[SavedComment, ...]
    pages: Pages


def pool(session: Session, user: User, course: str, values: Mapping[str, str]) -> PoolPage:
    """The pool of a course. Raises Missing, Forbidden for students."""
    membership = course_membership(session, user, course)
    membership.must_be_staff()
    number = page_number(values.get("page", ""))
    rows, total = comment_pool.listing(session, membership.course.id, A_PAGE, (number - 1) * A_PAGE)
    return PoolPage(membership, tuple(rows), Pages(number, total))


def keep(session: Session, user: User, course: str, text: str) -> None:
    """Put a comment into the pool. Raises BadText, Missing, Forbidden for students."""
    membership = course_membership(session, user, course)
    membership.must_be_staff()
    comment_pool.keep(session, membership.course, text, by=session.get_one(User, user.id))


def remove(session: Session, user: User, course: str, saved_id: int) -> str:
    """Take a comment out of the pool; returns its text. Raises Missing, Forbidden for students."""
    membership = course_membership(session, user, course)
    membership.must_be_staff()
    row = comment_pool.by_id(session, membership.course.id, saved_id)
    if row is None:
        raise Missing
    text = row.text
    comment_pool.remove(session, membership.course, row, by=session.get_one(User, user.id))
    return text


def must_be_staff(session: Session, user: User, public_id: str) -> None:
    """Raises Missing, or Forbidden unless the reader is of the staff of this submission's course."""
    staff_submission(session, user, public_id)
