"""Computed or observed data: grade summaries, the audit trail, and which processes are alive."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.people import Team, User
from grader.database.models.submissions import Submission
from grader.database.types import Line, PlainJSON, by_value


class GradeState(StrEnum):
    """The state of a team in the class list."""

    WAITING = "waiting"  # a grading of the team waits or runs
    GRADED = "graded"  # the points are those of the counting submission
    NOT_YET = "not_yet"  # no score, and no grading waits or runs: a fault of ours or of the pack


class GradeSummary(Base):
    """The points of a team on an assignment; written only by `grader.database.grade_summary`.

    `counts_id` is the attempt with the most points (of equal ones the latest) and `points` its points;
    `visible_counts_id` and `visible_points` are the same for the visible tests only, which is all that
    students may see before release. `grading_id` is the grading of `counts_id` that gave its points.
    `attempts` are those that were used up. `awaiting` are points of `counts_id` that a person has to give
    yet, `visible_awaiting` the same of `visible_counts_id`. `late_days` are those of `counts_id`, a part of
    a day counted as one.
    """

    __tablename__ = "standing"

    assignment_id: Mapped[int] = mapped_column(to("assignments.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(to("teams.id"), primary_key=True, index=True)
    state: Mapped[GradeState] = mapped_column(by_value(GradeState, name="standingstate"))
    attempts: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime]
    counts_id: Mapped[int | None] = mapped_column(to("submissions.id"))
    grading_id: Mapped[int | None] = mapped_column(to("gradings.id"), index=True)
    points: Mapped[Decimal | None]
    max_points: Mapped[Decimal | None]
    visible_counts_id: Mapped[int | None] = mapped_column(to("submissions.id"))
    visible_points: Mapped[Decimal | None]
    visible_max: Mapped[Decimal | None]
    awaiting: Mapped[Decimal | None]
    visible_awaiting: Mapped[Decimal | None]
    late_days: Mapped[int] = mapped_column(Integer)

    assignment: Mapped[Assignment] = relationship()
    team: Mapped[Team] = relationship()
    counts: Mapped[Submission | None] = relationship(foreign_keys=[counts_id])
    visible_counts: Mapped[Submission | None] = relationship(foreign_keys=[visible_counts_id])


class Audit(Base):
    """One change: by which user (None: the system), what, to which object, and the changed values."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject", "subject_id"), Index(None, "course_id", "action", "id"))

    id: Mapped[Id]
    at: Mapped[CreatedAt]
    actor_id: Mapped[int | None] = mapped_column(to("users.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(to("courses.id"), index=True)
    action: Mapped[str] = mapped_column(Line(64))
    subject: Mapped[str] = mapped_column(Line(32))
    subject_id: Mapped[int]
    detail: Mapped[Any] = mapped_column(PlainJSON)

    actor: Mapped[User | None] = relationship()


class Heartbeat(Base):
    """A worker or sweeper that is alive; times are of the database's clock."""

    __tablename__ = "beats"

    name: Mapped[str] = mapped_column(Line(128), primary_key=True)
    kind: Mapped[str] = mapped_column(Line(16))
    slots: Mapped[int] = mapped_column(Integer)
    detail: Mapped[Any] = mapped_column(PlainJSON)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
