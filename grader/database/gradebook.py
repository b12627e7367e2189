"""The gradebook of a course: what every student has in every column, with what late days take off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import deadlines, gradebook_rows
from grader.database.gradebook_book import Book, Item
from grader.database.gradebook_cells import EMPTY, Cell, State
from grader.database.models import Assignment, Category, Column, Course, CourseRole, Enrolment

__all__ = ["EMPTY", "Book", "Cell", "Item", "State", "categories_of", "load", "students"]


def load(session: Session, course: Course, users: Collection[int] | None, now: datetime) -> Book:
    """The gradebook of these students (None: of all in the course) as staff see it now; at most ten
    queries."""
    categories = categories_of(session, course)
    ids = students(session, course) if users is None else users
    assignments = session.scalars(select(Assignment).where(Assignment.course_id == course.id)).all()
    columns = session.scalars(select(Column).where(Column.course_id == course.id)).all()
    known = deadlines.of_course(session, course.id)
    teams = gradebook_rows.teams_of(session, course, users)
    cells: dict[int, dict[str, Cell]] = {user: {} for user in ids}
    maxima = gradebook_rows.fill_assignments(session, course, assignments, cells, users, known, teams, now)
    gradebook_rows.fill_columns(session, columns, cells, users)
    items = [_of_assignment(row, maxima.get(f"a{row.id}")) for row in assignments]
    items += [_of_column(row) for row in columns]
    return Book(categories, _sorted(categories, items, assignments, columns), cells)


def categories_of(session: Session, course: Course) -> tuple[Category, ...]:
    """The categories of a course, in their order."""
    query = select(Category).where(Category.course_id == course.id)
    return tuple(session.scalars(query.order_by(Category.position, Category.id)))


def students(session: Session, course: Course) -> Sequence[int]:
    """The user ids of the students who are in the course."""
    return session.scalars(
        select(Enrolment.user_id).where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
    ).all()


def _of_assignment(row: Assignment, most: Decimal | None) -> Item:
    return Item(f"a{row.id}", row.id, row.title, row.category_id, most, row.marks_published_at, row)


def _of_column(row: Column) -> Item:
    return Item(f"c{row.id}", row.id, row.title, row.category_id, row.max_points, row.published_at)


def _sorted(
    categories: Sequence[Category],
    items: Sequence[Item],
    assignments: Sequence[Assignment],
    columns: Sequence[Column],
) -> tuple[Item, ...]:
    """By category; in it assignments by due date, then columns by position; those without one come last."""
    place: dict[int | None, int] = {row.id: at for at, row in enumerate(categories)}
    within: dict[str, tuple[Any, ...]] = {f"a{row.id}": (0, row.due_at, row.id) for row in assignments}
    within |= {f"c{row.id}": (1, row.position, row.id) for row in columns}
    return tuple(sorted(items, key=lambda item: (place.get(item.category_id, len(place)), within[item.key])))
