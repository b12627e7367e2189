"""A course copied into another term: assignments with every date moved, weights, columns; no student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from grader.database import assignments, audit, courses
from grader.database.models import (
    Assignment,
    Base,
    Category,
    Column,
    Course,
    CourseRole,
    Enrolment,
    Pack,
    PackState,
    PackVersion,
    RubricItem,
    User,
)
from grader.database.models.packs import public_id

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Target:
    """The course to be made; `days` are added to every date, and with `staff` its staff is the same."""

    slug: str
    title: str
    term: str
    days: int
    staff: bool


def moved(at: datetime, days: int, zone: str) -> datetime:
    """The same time of the day in the zone, that many days later, in UTC, also if the clocks change in
    between. A time that they skip becomes the one an hour later."""
    local = at.astimezone(ZoneInfo(zone))
    there = datetime.combine(local.date() + timedelta(days=days), local.time(), ZoneInfo(zone))
    return there.replace(fold=local.fold).astimezone(UTC)


@dataclass(frozen=True)
class MovedDates:
    """An assignment with the dates that its copy has."""

    assignment: Assignment
    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None


def dates(session: Session, course: Course, days: int) -> Sequence[MovedDates]:
    """The course's assignments by due date, with the dates of their copies."""
    return [
        MovedDates(
            row,
            moved(row.opens_at, days, course.zone),
            moved(row.due_at, days, course.zone),
            None if row.closes_at is None else moved(row.closes_at, days, course.zone),
        )
        for row in assignments.of_course(session, course)
    ]


def copy(session: Session, course: Course, target: Target, *, by: User) -> Course:
    """Make the new course, with `by` as its instructor. Raises StoreError if the slug is wrong or taken."""
    new = courses.create(session, target.slug, target.title, term=target.term, zone=course.zone, by=by)
    new.grace_days, new.late_percent = course.grace_days, course.late_percent
    categories = _copy_categories(session, course, new)
    versions = _copy_versions(session, course, new)
    for row in dates(session, course, target.days):
        copied = _copy_assignment(session, row, new, categories, versions)
        _copy_rubric(session, row.assignment, copied)
    courses.enrol(session, new, by, CourseRole.INSTRUCTOR, by=by)
    if target.staff:
        _copy_staff(session, course, new, by)
    audit.note(session, "course.copied", new, by=by, course_id=new.id, of=course.slug, days=target.days)
    return new


def _copy_of(row: Row, **values: object) -> Row:
    """A new row with the same values but for the primary key, what belongs to this use, and `values`."""
    mapper = inspect(type(row))
    skipped = {column.key for column in mapper.primary_key} | {"created_at", "secret"}
    names = [attribute.key for attribute in mapper.column_attrs if attribute.key not in skipped]
    return type(row)(**{**{name: getattr(row, name) for name in names}, **values})


def _copy_categories(session: Session, course: Course, new: Course) -> dict[int | None, int | None]:
    """The ids of the copies of categories, by the ids of the originals; copies the columns too."""
    rows = session.scalars(select(Category).where(Category.course_id == course.id)).all()
    copies = {row.id: _copy_of(row, course_id=new.id) for row in rows}
    session.add_all(copies.values())
    session.flush()
    ids: dict[int | None, int | None] = {None: None, **{key: row.id for key, row in copies.items()}}
    columns = session.scalars(select(Column).where(Column.course_id == course.id)).all()
    session.add_all(
        _copy_of(row, course_id=new.id, category_id=ids[row.category_id], published_at=None)
        for row in columns
    )
    return ids


def _copy_versions(session: Session, course: Course, new: Course) -> dict[int, int]:
    """The ids of the versions to use, by those of the originals: the course's own packs are copied with their
    published versions, those that ship are the same."""
    packs = session.scalars(select(Pack).where(Pack.course_id == course.id)).all()
    copies = {row.id: _copy_of(row, course_id=new.id) for row in packs}
    session.add_all(copies.values())
    session.flush()
    published = select(PackVersion).where(
        PackVersion.pack_id.in_(copies), PackVersion.state == PackState.PUBLISHED
    )
    versions = {
        row.id: _copy_of(row, pack_id=copies[row.pack_id].id, public_id=public_id())
        for row in session.scalars(published)
    }
    session.add_all(versions.values())
    session.flush()
    return {key: row.id for key, row in versions.items()}


def _copy_assignment(
    session: Session,
    row: MovedDates,
    new: Course,
    categories: dict[int | None, int | None],
    versions: dict[int, int],
) -> Assignment:
    old = row.assignment
    copied = _copy_of(
        old,
        course_id=new.id,
        pack_version_id=versions.get(old.pack_version_id, old.pack_version_id),
        category_id=categories[old.category_id],
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        published_at=None,
        marks_published_at=None,
    )
    session.add(copied)
    session.flush()
    audit.note(session, "assignment.created", copied, course_id=new.id, slug=copied.slug, of=old.id)
    return copied


def _copy_rubric(session: Session, old: Assignment, copied: Assignment) -> None:
    mine = select(RubricItem).where(RubricItem.assignment_id == old.id, RubricItem.deleted_at.is_(None))
    session.add_all(_copy_of(row, assignment_id=copied.id) for row in session.scalars(mine))


def _copy_staff(session: Session, course: Course, new: Course, by: User) -> None:
    staff = select(Enrolment).where(
        Enrolment.course_id == course.id,
        Enrolment.role != CourseRole.STUDENT,
        Enrolment.left_at.is_(None),
        Enrolment.user_id != by.id,
    )
    for row in session.scalars(staff).all():
        courses.enrol(session, new, session.get_one(User, row.user_id), row.role, section=row.section, by=by)
