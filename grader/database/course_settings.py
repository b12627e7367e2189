"""The settings of a course: changed, archived, restored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import audit, late_policy
from grader.database.courses import checked_zone
from grader.database.late import Policy
from grader.database.models import Course, User
from grader.database.names import checked_line


@dataclass(frozen=True)
class CourseSettings:
    """What instructors may change of a course; `late_percent` None takes nothing off."""

    title: str
    term: str
    zone: str
    grace_days: int = 0
    late_percent: Decimal | None = None

    @property
    def policy(self) -> Policy:
        """What being late costs."""
        return Policy(self.grace_days, self.late_percent)


def of(course: Course) -> CourseSettings:
    """The settings of a course as they are now."""
    return CourseSettings(course.title, course.term, course.zone, course.grace_days, course.late_percent)


def change(session: Session, course: Course, settings: CourseSettings, *, by: User) -> None:
    """Change the settings, and count again where somebody was late; the audit trail has the values before and
    after. Raises StoreError."""
    checked_line("The title", settings.title)
    checked_zone(settings.zone)
    late_policy.change(session, course, settings.policy, by=by)
    before, after = asdict(of(course)), asdict(settings)
    changed = {name: f"{old} -> {after[name]}" for name, old in before.items() if old != after[name]}
    for name in changed:
        setattr(course, name, after[name])
    if changed:
        audit.note(session, "course.changed", course, by=by, course_id=course.id, **changed)


def archive(session: Session, course: Course, now: datetime, *, by: User) -> None:
    """Make the course read-only; no change if it is."""
    if course.archived_at is None:
        course.archived_at = now
        audit.note(session, "course.archived", course, by=by, course_id=course.id)


def restore(session: Session, course: Course, *, by: User) -> None:
    """End the archiving of a course."""
    if course.archived_at is not None:
        course.archived_at = None
        audit.note(session, "course.restored", course, by=by, course_id=course.id)
