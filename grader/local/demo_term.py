"""What a term adds to the demo's course: weights, a late policy, an extension, the marks of a midterm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import categories, columns, extensions, gradebook, late_policy, publishing
from grader.database.columns import ColumnTerms, Entry
from grader.database.extensions import Wish
from grader.database.late import Policy
from grader.database.models import Assignment, Course, User

MIDTERM, MOST = "Midterm", Decimal(40)
MARKS = ("31.5", "27", "38", "22.5", "35", "29")  # of the students, in their order


def seed_term(
    session: Session, course: Course, students: Sequence[User], assignment: Assignment, *, by: User
) -> None:
    """Give the course categories, a late policy, an extension of one student, and a published midterm."""
    late_policy.change(session, course, Policy(grace_days=3, percent=Decimal(10)), by=by)
    categories.make_usual(session, course, by=by)
    wish = Wish(assignment=assignment, user=students[3], hours=48, reason="Ill for two days.")
    extensions.give(session, course, wish, by=by)
    home = next(row for row in gradebook.categories_of(session, course) if row.name == MIDTERM)
    column = columns.create(session, course, ColumnTerms(MIDTERM, home.id, MOST), by=by)
    session.flush()
    marks = {user.id: Entry(Decimal(mark)) for user, mark in zip(students, MARKS, strict=True)}
    columns.store(session, column, marks, by=by)
    publishing.publish(session, course, [f"c{column.id}"], datetime.now(UTC), by=by)
