"""The audit trail. Every command notes its change in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Audit, Base, Course, User


def note(
    session: Session,
    action: str,
    subject: Base,
    *,
    by: User | None = None,
    course_id: int | None = None,
    **detail: Any,
) -> Audit:
    """Note that `by` (None: the system) did `action` to `subject`, whose id is known after a flush."""
    session.flush()
    entry = Audit(
        actor_id=None if by is None else by.id,
        course_id=course_id,
        action=action,
        subject=subject.__tablename__,
        subject_id=int(getattr(subject, "id", 0)),
        detail={key: _plain(value) for key, value in detail.items()},
    )
    session.add(entry)
    return entry


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def of_subject(session: Session, subject: Base) -> Sequence[Audit]:
    """What happened to one object, oldest first."""
    return session.scalars(
        select(Audit)
        .where(Audit.subject == subject.__tablename__, Audit.subject_id == subject.id)  # type: ignore[attr-defined]
        .order_by(Audit.id)
        .options(joinedload(Audit.actor))
    ).all()


def of_course(
    session: Session, course: Course, *, limit: int = 100, before: int | None = None
) -> Sequence[Audit]:
    """What happened in a course, latest first; `before` is the id to page on from."""
    wanted = select(Audit).where(Audit.course_id == course.id).order_by(Audit.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Audit.id < before)
    return session.scalars(wanted.options(joinedload(Audit.actor))).all()
