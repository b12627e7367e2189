"""The demo's gradebook: the usual categories, two homeworks and a midterm, some of them published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import categories, columns, gradebook, publishing
from grader.database.columns import ColumnTerms, Entry
from grader.database.models import Course, User

COLUMNS: Mapping[str, tuple[str, int, Sequence[str | None]]] = {
    "Homework 1": ("Written homeworks", 20, ("18", "15.5", "20", "11", "17", None)),
    "Homework 2": ("Written homeworks", 20, ("16.5", "19", "14", "17.5", "9", "18")),
    "Midterm": ("Midterm", 60, ("51", "44.5", "57", "38", "49.5", "55")),
}
"""By title: the category, the maximum, and the points of each student in their order."""
PUBLISHED = ("Homework 1", "Midterm")


def seed(session: Session, course: Course, students: Sequence[User], now: datetime, *, by: User) -> None:
    """Make categories, columns and marks, and publish those of `PUBLISHED`."""
    session.flush()
    categories.make_usual(session, course, by=by)
    homes = {row.name: row.id for row in gradebook.categories_of(session, course)}
    keys = []
    for title, (category, most, marks) in COLUMNS.items():
        terms = ColumnTerms(title, homes[category], Decimal(most))
        column = columns.create(session, course, terms, by=by)
        session.flush()
        entries = {
            user.id: Entry(Decimal(text))
            for user, text in zip(students, marks, strict=False)
            if text is not None
        }
        columns.store(session, column, entries, by=by)
        if title in PUBLISHED:
            keys.append(f"c{column.id}")
    publishing.publish(session, course, keys, now, by=by)
