"""The columns of a gradebook that people mark, such as an exam: made, changed, deleted, and their marks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grader.database import audit
from grader.database.errors import StoreError
from grader.database.models import Category, Column, ColumnMark, Course, User
from grader.database.models.base import utc_now
from grader.values.numbers import points

MOST_COLUMNS = 40
LARGEST = Decimal(10_000)
LONGEST_TITLE = 60
LONGEST_COMMENT = 500


@dataclass(frozen=True)
class ColumnTerms:
    """What can be changed of a column."""

    title: str
    category_id: int | None
    max_points: Decimal

    @staticmethod
    def of(column: Column) -> ColumnTerms:
        """The terms of a column as they are."""
        return ColumnTerms(column.title, column.category_id, column.max_points)


def of_course(session: Session, course: Course) -> tuple[Column, ...]:
    """The columns of a course, in their order."""
    query = select(Column).where(Column.course_id == course.id)
    return tuple(session.scalars(query.order_by(Column.position, Column.id)))


def by_id(session: Session, course: Course, column_id: int) -> Column | None:
    """The column of this course with this id; None if there is none."""
    return session.scalar(select(Column).where(Column.course_id == course.id, Column.id == column_id))


def create(session: Session, course: Course, terms: ColumnTerms, *, by: User) -> Column:
    """A new column, the last. Raises StoreError."""
    session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    others = of_course(session, course)
    if len(others) >= MOST_COLUMNS:
        raise StoreError(f"A course has at most {MOST_COLUMNS} columns of this kind")
    _check(session, course, terms, [row.title for row in others])
    column = Column(
        course_id=course.id,
        position=max((row.position for row in others), default=0) + 1,
        **vars(terms),
    )
    session.add(column)
    audit.note(session, "column.created", column, by=by, course_id=course.id, after=vars(terms))
    return column


def change(session: Session, course: Course, column: Column, terms: ColumnTerms, *, by: User) -> None:
    """Change title, category or maximum. Raises StoreError, also if a mark is above the new maximum."""
    others = [row.title for row in of_course(session, course) if row.id != column.id]
    _check(session, course, terms, others)
    highest = session.scalar(select(func.max(ColumnMark.points)).where(ColumnMark.column_id == column.id))
    if highest is not None and highest > terms.max_points:
        wanted = points(terms.max_points)
        raise StoreError(f"A student has {points(highest)} points here, so the maximum can't be {wanted}")
    before, after = vars(ColumnTerms.of(column)), vars(terms)
    changed = [key for key in before if before[key] != after[key]]
    for key in changed:
        setattr(column, key, after[key])
    if changed:
        audit.note(
            session,
            "column.changed",
            column,
            by=by,
            course_id=course.id,
            column=before["title"],
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )


def _check(session: Session, course: Course, terms: ColumnTerms, others: Collection[str]) -> None:
    if terms.title.casefold() in {title.casefold() for title in others}:
        raise StoreError(f"A column is called “{terms.title}” already; each needs its own title")
    if not ZERO < terms.max_points <= LARGEST:
        raise StoreError(f"The maximum must be above 0 and at most {points(LARGEST)} points")
    category = None if terms.category_id is None else session.get(Category, terms.category_id)
    if terms.category_id is not None and (category is None or category.course_id != course.id):
        raise StoreError("This category is not one of the course's")


ZERO = Decimal(0)


def remove(session: Session, column: Column, *, by: User) -> None:
    """Delete a column with its marks; the audit trail keeps each of them."""
    rows = marks_of(session, column)
    store(session, column, dict.fromkeys(rows), by=by)
    before = {**vars(ColumnTerms.of(column)), "marks": len(rows)}
    audit.note(session, "column.deleted", column, by=by, course_id=column.course_id, before=before)
    session.delete(column)


@dataclass(frozen=True)
class Entry:
    """A mark as it is entered."""

    points: Decimal
    comment: str = ""


def marks_of(session: Session, column: Column, users: Collection[int] | None = None) -> dict[int, ColumnMark]:
    """The marks of a column by user id, of these users (None: of all)."""
    query = select(ColumnMark).where(ColumnMark.column_id == column.id)
    if users is not None:
        query = query.where(ColumnMark.user_id.in_(users))
    return {row.user_id: row for row in session.scalars(query)}


def store(session: Session, column: Column, entries: Mapping[int, Entry | None], *, by: User) -> int:
    """Store marks by user id (None: take the mark away); returns how many changed. Each change is in the
    audit trail, with the points before and after. The number of statements does not grow with that of the
    marks."""
    session.flush()
    had = marks_of(session, column, entries.keys())
    changed: list[tuple[int, Decimal | None, Decimal | None]] = []
    now = utc_now()
    for user_id, entry in entries.items():
        row = had.get(user_id)
        before = None if row is None else Entry(row.points, row.comment)
        if before == entry:
            continue
        changed.append((user_id, before.points if before else None, entry.points if entry else None))
        if entry is not None:
            _put(session, column, user_id, row, entry, now, by)
    gone = [user for user, _, after in changed if after is None]
    if gone:
        session.execute(
            delete(ColumnMark).where(ColumnMark.column_id == column.id, ColumnMark.user_id.in_(gone))
        )
    facts = iter(changed)
    audit.note_all(
        session, "column.marked", [column] * len(changed), by, column.course_id, lambda _: _fact(*next(facts))
    )
    return len(changed)


def _fact(user_id: int, before: Decimal | None, after: Decimal | None) -> dict[str, object]:
    return {"user": user_id, "before": before, "after": after}


def _put(
    session: Session,
    column: Column,
    user_id: int,
    row: ColumnMark | None,
    entry: Entry,
    now: datetime,
    by: User,
) -> None:
    if row is None:
        row = ColumnMark(column_id=column.id, user_id=user_id)
        session.add(row)
    row.points, row.comment, row.by_id, row.at = entry.points, entry.comment, by.id, now


def read_points(text: str, most: Decimal) -> Decimal | None:
    """The points that were typed, with a point or a comma, at most two decimals; None for an empty text.
    Raises StoreError with the value and the rule."""
    typed = text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not typed:
        return None
    try:
        value = Decimal(typed) if len(typed) <= 20 else None
    except InvalidOperation:
        value = None
    plain = value is not None and value.is_finite() and 0 <= value <= most and value == round(value, 2)
    if value is None or not plain:
        raise StoreError(
            f"“{text.strip()[:30]}”: 0 to {points(most)} points are expected, at most two decimals"
        )
    return value + 0
