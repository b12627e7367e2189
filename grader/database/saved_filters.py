"""Filters of the table of submissions that members of the staff have named, each for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import Course, SavedFilter, User
from grader.database.names import checked_line

MOST = 30
LONGEST_NAME = 60


def of_user(session: Session, course: Course, user: User) -> Sequence[SavedFilter]:
    """The user's filters in this course, by name."""
    own = (SavedFilter.course_id == course.id, SavedFilter.user_id == user.id)
    return session.scalars(select(SavedFilter).where(*own).order_by(SavedFilter.name).limit(MOST)).all()


def save(session: Session, course: Course, user: User, name: str, query: Mapping[str, str]) -> SavedFilter:
    """Keep a filter under a name. Raises AlreadyThere, StoreError if the name is none or there are too
    many."""
    name = checked_line("The name", name.strip(), LONGEST_NAME)
    own = select(SavedFilter).where(SavedFilter.course_id == course.id, SavedFilter.user_id == user.id)
    if session.scalar(own.where(SavedFilter.name == name)) is not None:
        raise AlreadyThere("A filter", name)
    if session.execute(select(func.count()).select_from(own.subquery())).scalar_one() >= MOST:
        raise StoreError(f"You have {MOST} filters already; delete one first")
    row = SavedFilter(course_id=course.id, user_id=user.id, name=name, query=dict(query))
    session.add(row)
    session.flush()
    return row


def by_id(session: Session, course: Course, user: User, filter_id: int) -> SavedFilter | None:
    """The user's filter in this course with that id; None if there is none."""
    row = session.get(SavedFilter, filter_id)
    mine = row is not None and (row.course_id, row.user_id) == (course.id, user.id)
    return row if mine else None
