"""What people write and decide about a submission: comments, points of a row changed, rubrics, markers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.marks import Mark
from grader.database.models.people import Course, Team, User
from grader.database.models.submissions import Submission
from grader.database.types import Line, PlainJSON


class Override(Base):
    """Points that a person gives a team for a test instead of those of its gradings, and why.

    It belongs to the test, not to an attempt, so it holds after a regrade too; reports and results keep the
    points that were found. One with `withdrawn_at` has no effect.
    """

    __tablename__ = "overrides"
    __table_args__ = (Index(None, "assignment_id", "team_id"),)

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"))
    team_id: Mapped[int] = mapped_column(to("teams.id"), index=True)
    test_id: Mapped[str] = mapped_column(Line(200))
    points: Mapped[Decimal]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(to("users.id"))
    at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(to("users.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])


class SavedComment(Base):
    """A comment that the staff of a course share, to be used again."""

    __tablename__ = "saved_comments"
    __table_args__ = (UniqueConstraint("course_id", "text_sha256"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    text: Mapped[str]
    text_sha256: Mapped[str] = mapped_column(Line(64))
    uses: Mapped[int] = mapped_column(Integer, default=0)
    by_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]

    course: Mapped[Course] = relationship()


class Comment(Base):
    """A comment of staff on a submission: on one line of a file, or (`file` "" and `line` 0) on all of it."""

    __tablename__ = "comments"

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(to("submissions.id", "CASCADE"), index=True)
    file: Mapped[str] = mapped_column(default="")
    line: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(to("users.id"))
    at: Mapped[CreatedAt]
    deleted_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    by: Mapped[User] = relationship()


class RubricItem(Base):
    """One reason for points in a test that people mark; `points` are added (or taken off, if negative)."""

    __tablename__ = "rubric_items"
    __table_args__ = (Index(None, "assignment_id", "test_id"),)

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"))
    test_id: Mapped[str] = mapped_column(Line(200))
    text: Mapped[str]
    points: Mapped[Decimal]
    position: Mapped[int] = mapped_column(Integer)
    deleted_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()


class MarkItem(Base):
    """A rubric item that applies to a marked text: a change of the item changes the mark."""

    __tablename__ = "mark_items"

    mark_id: Mapped[int] = mapped_column(to("marks.id", "CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(to("rubric_items.id"), primary_key=True, index=True)

    mark: Mapped[Mark] = relationship()
    item: Mapped[RubricItem] = relationship()


class Marker(Base):
    """Who of the staff marks the texts of a team on an assignment."""

    __tablename__ = "markers"

    assignment_id: Mapped[int] = mapped_column(to("assignments.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(to("teams.id"), primary_key=True, index=True)
    user_id: Mapped[int] = mapped_column(to("users.id"), index=True)

    team: Mapped[Team] = relationship()
    user: Mapped[User] = relationship()


class SavedFilter(Base):
    """A filter of the table of submissions that a member of the staff has named; `query` is the form's."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("course_id", "user_id", "name"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    user_id: Mapped[int] = mapped_column(to("users.id"), index=True)
    name: Mapped[str] = mapped_column(Line(80))
    query: Mapped[Any] = mapped_column(PlainJSON)
    created_at: Mapped[CreatedAt]
