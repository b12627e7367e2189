"""Assignments: created from a published pack version, found, changed, released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, grade_summary
from grader.database.errors import AlreadyThere, NotEmpty, PackNotProven, StoreError
from grader.database.models import (
    Assignment,
    Category,
    Counting,
    Course,
    Extension,
    Marker,
    Override,
    PackState,
    PackVersion,
    ReleaseRule,
    RubricItem,
    Submission,
    Team,
    User,
)
from grader.database.names import checked_slug
from grader.values import Shows

MOST_ATTEMPTS = 10_000
LONGEST_WAIT_MIN = 7 * 24 * 60
LARGEST_GROUP = 10


@dataclass(frozen=True)
class Terms:
    """Dates and rules of an assignment; `attempts` None is no limit, `closes_at` None is `due_at`. The others
    are explained in the model."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None = None
    release: ReleaseRule = ReleaseRule.AFTER_DUE
    attempts: int | None = None
    cool_down_min: int = 0
    counting: Counting = Counting.BEST
    group_size: int = 1
    category_id: int | None = None
    diagnosis: Shows | None = None
    late_free: bool = False

    def __post_init__(self) -> None:
        if self.due_at <= self.opens_at:
            raise StoreError("The due date must come after the opening date")
        if self.closes_at is not None and self.closes_at < self.due_at:
            raise StoreError("The closing date must not come before the due date")
        if self.attempts is not None and not 1 <= self.attempts <= MOST_ATTEMPTS:
            raise StoreError(f"{self.attempts} attempts; there must be at least 1, or no limit")
        if not 0 <= self.cool_down_min <= LONGEST_WAIT_MIN:
            raise StoreError(f"A wait of {self.cool_down_min} minutes; it must be 0 to {LONGEST_WAIT_MIN:,}")
        if not 1 <= self.group_size <= LARGEST_GROUP:
            raise StoreError(f"Groups of {self.group_size}; they must have 1 to {LARGEST_GROUP} members")

    @staticmethod
    def of(assignment: Assignment) -> Terms:
        """The terms of an assignment as they are."""
        return Terms(**{field.name: getattr(assignment, field.name) for field in fields(Terms)})


def create(
    session: Session,
    course: Course,
    version: PackVersion,
    slug: str,
    title: str,
    terms: Terms,
    *,
    by: User | None,
) -> Assignment:
    """A new assignment of a published version of the course or of a shipped pack.

    Raises PackNotProven, StoreError, AlreadyThere.
    """
    if version.state is not PackState.PUBLISHED:
        raise PackNotProven(version.state)
    if version.pack.course_id not in (None, course.id):
        raise StoreError("This pack belongs to another course")
    checked_slug(slug)
    if by_slug(session, course, slug) is not None:
        raise AlreadyThere("The assignment", slug)
    assignment = Assignment(course_id=course.id, pack_version_id=version.id, slug=slug, title=title)
    for key, value in vars(terms).items():
        setattr(assignment, key, value)
    session.add(assignment)
    audit.note(session, "assignment.created", assignment, by=by, course_id=course.id, slug=slug)
    return assignment


def change(
    session: Session, assignment: Assignment, terms: Terms, *, by: User, title: str | None = None
) -> None:
    """Change the title, dates and rules, and count again what that changes; the audit trail has the values
    before and after. Raises StoreError if the category is another course's."""
    if terms.category_id is not None:
        category = session.get(Category, terms.category_id)
        if category is None or category.course_id != assignment.course_id:
            raise StoreError("This category is not one of the course's")
    values = {**vars(terms), "title": assignment.title if title is None else title}
    before = {key: getattr(assignment, key) for key, value in values.items()}
    changed = [key for key, value in values.items() if before[key] != value]
    if not changed:
        return
    for key in changed:
        setattr(assignment, key, values[key])
    audit.note(
        session,
        "assignment.changed",
        assignment,
        by=by,
        course_id=assignment.course_id,
        before={key: before[key] for key in changed},
        after={key: values[key] for key in changed},
    )
    if COUNTED.intersection(changed):
        grade_summary.refresh_all(session, assignment)


COUNTED = frozenset({"due_at", "counting", "late_free"})
"""The terms that decide which attempt counts and how late it is."""


def hide(session: Session, assignment: Assignment, now: datetime, *, by: User) -> None:
    """Show the assignment to no student any more, except what they have handed in to it; no change if it is
    hidden."""
    if assignment.hidden_at is None:
        assignment.hidden_at = now
        audit.note(session, "assignment.hidden", assignment, by=by, course_id=assignment.course_id)


def show_again(session: Session, assignment: Assignment, *, by: User) -> None:
    """Undo `hide`; no change if it is shown."""
    if assignment.hidden_at is not None:
        assignment.hidden_at = None
        audit.note(session, "assignment.shown", assignment, by=by, course_id=assignment.course_id)


def submission_count(session: Session, assignment: Assignment) -> int:
    """How many submissions it has, those of staff included."""
    query = select(func.count()).select_from(Submission).where(Submission.assignment_id == assignment.id)
    return session.execute(query).scalar_one()


def remove(session: Session, assignment: Assignment, *, by: User) -> None:
    """Delete an assignment to which nobody has handed in, with its extensions, groups and rubrics. Raises
    NotEmpty."""
    session.execute(select(Assignment.id).where(Assignment.id == assignment.id).with_for_update())
    count = submission_count(session, assignment)
    if count:
        raise NotEmpty(count)
    groups = select(Team.id).where(Team.assignment_id == assignment.id)
    session.execute(
        delete(Extension).where(or_(Extension.assignment_id == assignment.id, Extension.team_id.in_(groups)))
    )
    for table in (RubricItem, Marker, Override, Team):
        session.execute(delete(table).where(table.assignment_id == assignment.id))
    terms = {"slug": assignment.slug, "title": assignment.title, **vars(Terms.of(assignment))}
    audit.note(session, "assignment.deleted", assignment, by=by, course_id=assignment.course_id, before=terms)
    session.delete(assignment)


def release_now(session: Session, assignment: Assignment, now: datetime, *, by: User) -> None:
    """Publish the hidden results of an assignment whose rule is PUBLISHED; no change if they are published.
    Raises StoreError for another rule."""
    if assignment.release is not ReleaseRule.PUBLISHED:
        raise StoreError("Results of this assignment are released by its dates, not by hand")
    if assignment.published_at is not None:
        return
    assignment.published_at = now
    audit.note(session, "assignment.released", assignment, by=by, course_id=assignment.course_id)


def by_slug(session: Session, course: Course, slug: str) -> Assignment | None:
    """The assignment with this slug in the course, with its version and pack; None if there is none."""
    return session.scalar(
        select(Assignment)
        .where(Assignment.course_id == course.id, Assignment.slug == slug)
        .options(joinedload(Assignment.pack_version).joinedload(PackVersion.pack))
    )


def of_course(session: Session, course: Course) -> Sequence[Assignment]:
    """All assignments of a course, by due date."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.course_id == course.id)
        .order_by(Assignment.due_at, Assignment.id)
        .options(joinedload(Assignment.pack_version).joinedload(PackVersion.pack))
    ).all()
