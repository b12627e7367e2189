"""Which gradings count at all: those of a regrade do once it is applied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, or_, select
from sqlalchemy.orm.util import AliasedClass

from grader.database.models import Grading, Regrade, RegradeState


def applies(
    grading: type[Grading] | AliasedClass[Grading] = Grading, *, also: int | None = None
) -> ColumnElement[bool]:
    """The condition that a grading belongs to no regrade, or to one that is applied or (`also`) has this
    id."""
    return _applies(grading.regrade_id, also)


def row_applies(gradings: FromClause, *, also: int | None = None) -> ColumnElement[bool]:
    """The same for a row of the table of gradings or of an alias of it."""
    return _applies(gradings.c.regrade_id, also)


def _applies(regrade_id: Any, also: int | None) -> ColumnElement[bool]:
    state = Regrade.state == RegradeState.APPLIED
    applied = select(Regrade.id).where(state if also is None else or_(state, Regrade.id == also))
    return or_(regrade_id.is_(None), regrade_id.in_(applied))
