"""Which gradings count at all: those of a regrade do once it is applied."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm.util import AliasedClass

from grader.database.models import Grading, Regrade, RegradeState


def applies(
    grading: type[Grading] | AliasedClass[Grading] = Grading, *, also: int | None = None
) -> ColumnElement[bool]:
    """The condition that a grading belongs to no regrade, or to one that is applied or (`also`) has this
    id."""
    applied = select(Regrade.id).where(or_(Regrade.state == RegradeState.APPLIED, Regrade.id == also))
    return or_(grading.regrade_id.is_(None), grading.regrade_id.in_(applied))
