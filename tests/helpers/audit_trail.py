"""Reads the audit trail, which gradecheck itself only writes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database.models import Audit, Base


def entries(session: Session, subject: Base) -> Sequence[Audit]:
    """The entries about one object, oldest first."""
    query = select(Audit).where(Audit.subject == subject.__tablename__, Audit.subject_id == subject.id)
    return session.scalars(query.order_by(Audit.id)).all()
