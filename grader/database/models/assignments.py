"""Assignments: a pack version with dates and policy in a course."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.packs import PackVersion
from grader.database.models.people import Course, Team, User
from grader.database.types import Line, by_value
from grader.values import Shows


class ReleaseRule(StrEnum):
    """When students see the hidden tests."""

    AT_ONCE = "at_once"
    AFTER_DUE = "after_due"
    PUBLISHED = "published"


class Counting(StrEnum):
    """Which attempt of a team counts."""

    BEST = "best"
    LATEST = "latest"
    CHOSEN = "chosen"  # by the team; the best until they choose


class Assignment(Base):
    """An assignment, to which teams submit.

    Uploads are accepted from `opens_at` to `closes_at` (`due_at` if None); those after `due_at` are late,
    which takes points off as the course says unless `late_free`. Extensions move these dates for some.
    `attempts` None means no limit; between two of them a student waits `cool_down_min` minutes. The draws of
    hidden tests are made from `secret`, which is never shown. `diagnosis` is the most that students see of a
    diagnosis (None: what the pack says). One with `hidden_at` is not shown to students.
    Final marks are shown to students from `marks_published_at` on.
    """

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    pack_version_id: Mapped[int] = mapped_column(to("pack_versions.id"), index=True)
    slug: Mapped[str] = mapped_column(Line(64))
    title: Mapped[str]
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    release: Mapped[ReleaseRule] = mapped_column(by_value(ReleaseRule), default=ReleaseRule.AFTER_DUE)
    published_at: Mapped[datetime | None]
    attempts: Mapped[int | None]
    cool_down_min: Mapped[int] = mapped_column(Integer, default=0)
    counting: Mapped[Counting] = mapped_column(by_value(Counting), default=Counting.BEST)
    group_size: Mapped[int] = mapped_column(Integer, default=1)
    category_id: Mapped[int | None] = mapped_column(to("categories.id"), index=True)
    diagnosis: Mapped[Shows | None] = mapped_column(by_value(Shows))
    late_free: Mapped[bool] = mapped_column(default=False)
    hidden_at: Mapped[datetime | None]
    marks_published_at: Mapped[datetime | None]
    secret: Mapped[bytes] = mapped_column(default=lambda: secrets.token_bytes(32), deferred=True)
    created_at: Mapped[CreatedAt]

    course: Mapped[Course] = relationship()
    pack_version: Mapped[PackVersion] = relationship()

    @property
    def last_moment(self) -> datetime:
        """The time after which no upload is accepted, without the extensions of deadlines.py."""
        return self.closes_at or self.due_at


class Extension(Base):
    """Later dates for one user, one team or one section, on one assignment or (`assignment_id` None) on all
    of the course; of several the latest date holds. The due date becomes `due_at`, or moves by `hours`; the
    last moment moves by as much. One with `withdrawn_at` has no effect."""

    __tablename__ = "extensions"

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(to("assignments.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(to("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(to("teams.id"), index=True)
    section: Mapped[str | None]
    due_at: Mapped[datetime | None]
    hours: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]

    assignment: Mapped[Assignment | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    team: Mapped[Team | None] = relationship(foreign_keys=[team_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])


class Choice(Base):
    """The attempt that a team chose to count."""

    __tablename__ = "choices"

    assignment_id: Mapped[int] = mapped_column(to("assignments.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(to("teams.id"), primary_key=True, index=True)
    submission_id: Mapped[int] = mapped_column(to("submissions.id"))
    by_id: Mapped[int] = mapped_column(to("users.id"))
    at: Mapped[CreatedAt]
