"""After an outage: every due date inside a window is moved, in one act that can be undone.

The entry of the audit trail has all dates before and after; `undo` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, grade_summary
from grader.database.errors import NothingToMove, NotUndone, StoreError
from grader.database.models import Assignment, Audit, Course, Extension, User

MOVED, MOVED_BACK = "course.dates_moved", "course.dates_moved_back"
MOST_HOURS = 31 * 24


@dataclass(frozen=True)
class Window:
    """Dates from `begins` to `ends`, both included, are moved by `hours`. Raises StoreError if it is none."""

    begins: datetime
    ends: datetime
    hours: int

    def __post_init__(self) -> None:
        if self.ends < self.begins:
            raise StoreError("The window ends before it begins")
        if not 1 <= self.hours <= MOST_HOURS:
            raise StoreError(f"{self.hours} hours; it must be 1 to {MOST_HOURS}")

    def has(self, at: datetime | None) -> bool:
        """Whether a date is inside."""
        return at is not None and self.begins <= at <= self.ends

    @property
    def length(self) -> timedelta:
        """By how much dates are moved."""
        return timedelta(hours=self.hours)


@dataclass(frozen=True)
class Shift:
    """New dates of one assignment or (`extension` True) of one extension; `closes` is None if it has none."""

    id: int
    due: tuple[datetime, datetime]
    closes: tuple[datetime, datetime] | None = None
    extension: bool = False


def shifts(session: Session, course: Course, window: Window) -> tuple[Shift, ...]:
    """What the window moves: due dates and late deadlines inside it, and new due dates of extensions. Where a
    due date moves, the late deadline moves with it, so that the time for late submissions stays as long."""
    found = []
    for row in session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all():
        shift = _shift(row, window)
        if shift is not None:
            found.append(shift)
    given = select(Extension).where(
        Extension.course_id == course.id,
        Extension.withdrawn_at.is_(None),
        Extension.due_at.between(window.begins, window.ends),
    )
    for extension in session.scalars(given.order_by(Extension.id)).all():
        if extension.due_at is not None:
            due = extension.due_at, extension.due_at + window.length
            found.append(Shift(extension.id, due, extension=True))
    return tuple(found)


def _shift(row: Assignment, window: Window) -> Shift | None:
    due_moves = window.has(row.due_at)
    if not due_moves and not window.has(row.closes_at):
        return None
    due = row.due_at, row.due_at + window.length * due_moves
    closes = None if row.closes_at is None else (row.closes_at, row.closes_at + window.length)
    return Shift(row.id, due, closes)


def move(session: Session, course: Course, window: Window, *, by: User) -> Audit:
    """Move the dates and count again; returns the entry of the audit trail, with which it can be undone.
    Raises NothingToMove."""
    found = shifts(session, course, window)
    if not found:
        raise NothingToMove("No due date and no late deadline is inside the window")
    _apply(session, found, 0, 1)
    entry = audit.note(
        session,
        MOVED,
        course,
        by=by,
        course_id=course.id,
        begins=window.begins,
        ends=window.ends,
        hours=window.hours,
        shifts=[_plain(shift) for shift in found],
    )
    _count_again(session, course)
    session.flush()
    return entry


def undo(session: Session, course: Course, entry_id: int, *, by: User) -> None:
    """Give every date back that a move has changed. Raises NotUndone if that was done already, or if one of
    the dates has changed since."""
    entry = session.get(Audit, entry_id)
    if entry is None or entry.course_id != course.id or entry.action != MOVED:
        raise NotUndone("There is no such change of dates")
    if entry_id in _undone(session, course):
        raise NotUndone("These dates were moved back already")
    found = tuple(_read(row) for row in entry.detail["shifts"])
    _apply(session, found, 1, 0)
    detail = {"undoes": entry_id, "shifts": [_plain(shift) for shift in found]}
    audit.note(session, MOVED_BACK, course, by=by, course_id=course.id, **detail)
    _count_again(session, course)


def of_course(session: Session, course: Course, limit: int = 20) -> Sequence[tuple[Audit, bool]]:
    """The moves of a course, the latest first, each with whether it was undone."""
    own = select(Audit).where(*_about(course), Audit.action == MOVED)
    undone = _undone(session, course)
    latest = own.order_by(Audit.id.desc()).limit(limit).options(joinedload(Audit.actor))
    rows = session.scalars(latest).all()
    return [(row, row.id in undone) for row in rows]


def _undone(session: Session, course: Course) -> set[int]:
    own = select(Audit.detail).where(*_about(course), Audit.action == MOVED_BACK)
    return {detail["undoes"] for detail in session.scalars(own)}


def _about(course: Course) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that an entry is about this course itself; it has an index."""
    return Audit.subject == Course.__tablename__, Audit.subject_id == course.id


def _apply(session: Session, found: Iterable[Shift], old: int, new: int) -> None:
    """Set the dates of `found` on the side `new`; raises NotUndone unless all are those of the side `old`."""
    for shift in found:
        row: Assignment | Extension | None
        row = session.get(Extension, shift.id) if shift.extension else session.get(Assignment, shift.id)
        closes = None if shift.closes is None else shift.closes[old]
        is_same = row is not None and row.due_at == shift.due[old]
        if isinstance(row, Assignment):
            is_same = is_same and row.closes_at == closes
        if row is None or not is_same:
            raise NotUndone(
                "A date has changed since, so that they can't all be moved back; change them singly"
            )
        row.due_at = shift.due[new]
        if isinstance(row, Assignment) and shift.closes is not None:
            row.closes_at = shift.closes[new]


def _count_again(session: Session, course: Course) -> None:
    session.flush()
    for row in session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all():
        grade_summary.refresh_all(session, row)


def _plain(shift: Shift) -> dict[str, object]:
    return {
        "kind": "extension" if shift.extension else "assignment",
        "id": shift.id,
        "due": [at.isoformat() for at in shift.due],
        "closes": None if shift.closes is None else [at.isoformat() for at in shift.closes],
    }


def _read(row: Mapping[str, Any]) -> Shift:
    due, closes = (_pair(row[key]) if row[key] else None for key in ("due", "closes"))
    assert due is not None, "every shift has a due date"
    return Shift(row["id"], due, closes, extension=row["kind"] == "extension")


def _pair(texts: Sequence[str]) -> tuple[datetime, datetime]:
    before, after = (datetime.fromisoformat(text) for text in texts)
    return before, after
