"""The audit trail. Every function that changes data adds an entry in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from grader.database.models import Audit, Base, User

S = TypeVar("S", bound=Base)


def note(
    session: Session,
    action: str,
    subject: Base,
    *,
    by: User | None = None,
    course_id: int | None = None,
    **detail: Any,
) -> Audit:
    """Add the entry that `by` (None: the system) did `action` to `subject`; flushes, so that it has an id."""
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


def note_all(
    session: Session,
    action: str,
    subjects: Iterable[S],
    by: User | None,
    course_id: int | None,
    detail: Callable[[S], Mapping[str, Any]],
) -> None:
    """Add an entry for each subject, with the details that the function gives; a few statements for all."""
    session.flush()
    entries = [
        {
            "actor_id": None if by is None else by.id,
            "course_id": course_id,
            "action": action,
            "subject": subject.__tablename__,
            "subject_id": int(getattr(subject, "id", 0)),
            "detail": {key: _plain(value) for key, value in detail(subject).items()},
        }
        for subject in subjects
    ]
    if entries:
        session.execute(insert(Audit), entries)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value
