"""What the entries of the audit trail are about, by name: a constant number of queries for a page of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database.models import (
    Assignment,
    Category,
    Column,
    Course,
    CourseRole,
    Enrolment,
    Submission,
    Team,
    User,
)

A_STUDENT = "a student"


def staff_ids(session: Session, course: Course) -> frozenset[int]:
    """The user ids of those who are or were on the staff of the course."""
    staff = (Enrolment.course_id == course.id, Enrolment.role != CourseRole.STUDENT)
    return frozenset(session.scalars(select(Enrolment.user_id).where(*staff)))


def without_students(
    known: Mapping[tuple[str, str], str], staff: Collection[int]
) -> dict[tuple[str, str], str]:
    """The same names without those of students: for staff who mark without seeing them."""
    kept = {str(id) for id in staff}
    hidden = {
        key: A_STUDENT
        for key in known
        if key[0] in ("teams", "submissions", "enrolments") or (key[0] == "users" and key[1] not in kept)
    }
    return {**known, **hidden}


def of(session: Session, course: Course, ids: Mapping[str, Collection[int]]) -> dict[tuple[str, str], str]:
    """Names by table and id; assignments, which entries name by id or by slug, have both. Of assignments,
    columns and categories all those of the course."""
    known: dict[tuple[str, str], str] = {}
    users = select(User.id, User.name).where(User.id.in_(ids.get("users", ())))
    teams = select(Team.id, Team.name).where(Team.id.in_(ids.get("teams", ())))
    enrolled = (
        select(Enrolment.id, User.name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_(ids.get("enrolments", ())))
    )
    for table, query in (("users", users), ("teams", teams), ("enrolments", enrolled)):
        known |= {(table, str(id)): name for id, name in session.execute(query)}
    own = select(Assignment.id, Assignment.slug, Assignment.title).where(Assignment.course_id == course.id)
    for id, slug, title in session.execute(own):
        known[("assignments", str(id))] = known[("assignments", slug)] = title
    for table, names in (
        ("gradebook_columns", select(Column.id, Column.title).where(Column.course_id == course.id)),
        ("categories", select(Category.id, Category.name).where(Category.course_id == course.id)),
    ):
        known |= {(table, str(id)): name for id, name in session.execute(names)}
    return known | _submissions(session, ids.get("submissions", ()))


def _submissions(session: Session, ids: Collection[int]) -> dict[tuple[str, str], str]:
    rows: Any = session.execute(
        select(Submission.id, Submission.number, Team.name, Assignment.title)
        .join(Team, Team.id == Submission.team_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.id.in_(ids))
    )
    return {
        ("submissions", str(id)): f"attempt {number} of {name} at {title}" for id, number, name, title in rows
    }
