"""Marks that people give for texts."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, CreatedAt, Digest, Id, to
from grader.database.models.people import Team, User
from grader.database.types import Line


class Mark(Base):
    """Points and a comment for one text of a team, by a member of the staff.

    It belongs to the text, not to an attempt: every attempt of the team with the same text for the same
    test has this mark, also after a regrade. `by` is the last person who marked it; earlier values are in
    the audit trail. Reports and results don't contain it. `extra` are the points that the person typed
    beside those of the rubric items (None: `points`, of which no item is a part).
    """

    __tablename__ = "marks"
    __table_args__ = (UniqueConstraint("assignment_id", "team_id", "test_id", "answer_sha256"),)

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"))
    team_id: Mapped[int] = mapped_column(to("teams.id"), index=True)
    test_id: Mapped[str] = mapped_column(Line(200))
    answer_sha256: Mapped[Digest]
    points: Mapped[Decimal]
    extra: Mapped[Decimal | None]
    comment: Mapped[str]
    by_id: Mapped[int] = mapped_column(to("users.id"), index=True)
    at: Mapped[CreatedAt]

    assignment: Mapped[Assignment] = relationship()
    team: Mapped[Team] = relationship()
    by: Mapped[User] = relationship()
