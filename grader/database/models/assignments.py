"""Assignments: a pack version with dates and policy in a course."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.packs import PackVersion
from grader.database.models.people import Course
from grader.database.types import Line, by_value
from grader.grading.disclosure import Release


class ReleaseRule(StrEnum):
    """When students see the hidden tests."""

    AT_ONCE = "at_once"
    AFTER_DUE = "after_due"
    PUBLISHED = "published"


class Assignment(Base):
    """An assignment, to which teams submit.

    Uploads are accepted from `opens_at` to `closes_at` (`due_at` if None); those after `due_at` are late.
    `attempts` None means no limit. The draws of hidden tests are made from `secret`, which is never shown.
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
    secret: Mapped[bytes] = mapped_column(default=lambda: secrets.token_bytes(32), deferred=True)
    created_at: Mapped[CreatedAt]

    course: Mapped[Course] = relationship()
    pack_version: Mapped[PackVersion] = relationship()

    @property
    def last_moment(self) -> datetime:
        """The time after which no upload is accepted."""
        return self.closes_at or self.due_at

    @property
    def disclosure(self) -> Release:
        """When students see hidden results, in the form that a report's `as_seen_by` takes."""
        if self.release is ReleaseRule.AT_ONCE:
            return Release(at_once=True)
        return Release(at=self.last_moment if self.release is ReleaseRule.AFTER_DUE else self.published_at)
