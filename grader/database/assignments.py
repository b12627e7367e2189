"""Assignments: created from a published pack version, found, changed, released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit
from grader.database.errors import AlreadyThere, PackNotProven, StoreError
from grader.database.models import Assignment, Course, PackState, PackVersion, ReleaseRule, User
from grader.database.names import checked_slug


@dataclass(frozen=True)
class Terms:
    """Dates and policy of an assignment; `attempts` None is no limit, `closes_at` None is `due_at`."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None = None
    release: ReleaseRule = ReleaseRule.AFTER_DUE
    attempts: int | None = None

    def __post_init__(self) -> None:
        if self.due_at <= self.opens_at:
            raise StoreError("The due date must come after the opening date")
        if self.closes_at is not None and self.closes_at < self.due_at:
            raise StoreError("The closing date must not come before the due date")
        if self.attempts is not None and self.attempts < 1:
            raise StoreError(f"{self.attempts} attempts; there must be at least 1, or no limit")


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
    _set(assignment, terms)
    session.add(assignment)
    audit.note(session, "assignment.created", assignment, by=by, course_id=course.id, slug=slug)
    return assignment


def change(session: Session, assignment: Assignment, terms: Terms, *, by: User) -> None:
    """Change dates and policy; the audit trail has the values before and after."""
    before = {key: getattr(assignment, key) for key in vars(terms)}
    _set(assignment, terms)
    changed = {
        key: f"{old} -> {getattr(terms, key)}" for key, old in before.items() if old != getattr(terms, key)
    }
    audit.note(session, "assignment.changed", assignment, by=by, course_id=assignment.course_id, **changed)


def _set(assignment: Assignment, terms: Terms) -> None:
    assignment.opens_at, assignment.due_at, assignment.closes_at = (
        terms.opens_at,
        terms.due_at,
        terms.closes_at,
    )
    assignment.release, assignment.attempts = terms.release, terms.attempts


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
