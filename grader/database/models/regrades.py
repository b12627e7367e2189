"""Regrades: one decision of staff that grades many submissions again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.packs import PackVersion, public_id
from grader.database.models.people import User
from grader.database.types import Line, PlainJSON, by_value


class RegradeState(StrEnum):
    """A regrade runs; then its results are looked at, and applied or discarded."""

    RUNNING = "running"
    STOPPED = "stopped"  # by a person: its gradings wait until it is resumed
    READY = "ready"  # every grading is over
    APPLIED = "applied"
    DISCARDED = "discarded"


class Regrade(Base):
    """Submissions of an assignment graded again with `pack_version`; until it is applied its gradings count
    for nothing and no student sees them. `selection` says which submissions were chosen, for people."""

    __tablename__ = "regrades"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(Line(32), unique=True, default=public_id)
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"), index=True)
    pack_version_id: Mapped[int] = mapped_column(to("pack_versions.id"), index=True)
    state: Mapped[RegradeState] = mapped_column(by_value(RegradeState), default=RegradeState.RUNNING)
    selection: Mapped[Any] = mapped_column(PlainJSON)
    size: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(to("users.id"))

    assignment: Mapped[Assignment] = relationship()
    pack_version: Mapped[PackVersion] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
