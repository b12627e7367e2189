"""Regrade requests of students: threads of messages about a test or a line of a submission."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.packs import public_id
from grader.database.models.people import User
from grader.database.models.submissions import Submission
from grader.database.types import Line, by_value


class RequestState(StrEnum):
    """Whose turn it is."""

    OPEN = "open"  # staff have to answer
    ANSWERED = "answered"  # the student may reply, which opens it again
    CLOSED = "closed"


class RegradeRequest(Base):
    """A request about one submission: about one of its tests, a line of a file, or ("" and 0) all of it."""

    __tablename__ = "regrade_requests"
    __table_args__ = (Index(None, "assignment_id", "state"),)

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(Line(32), unique=True, default=public_id)
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"))
    submission_id: Mapped[int] = mapped_column(to("submissions.id"), index=True)
    test_id: Mapped[str] = mapped_column(Line(200), default="")
    file: Mapped[str] = mapped_column(default="")
    line: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[RequestState] = mapped_column(by_value(RequestState), default=RequestState.OPEN)
    by_id: Mapped[int] = mapped_column(to("users.id"), index=True)
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship()
    submission: Mapped[Submission] = relationship()
    by: Mapped[User] = relationship()
    messages: Mapped[list[RequestMessage]] = relationship(
        back_populates="request", order_by="RequestMessage.id"
    )


class RequestMessage(Base):
    """One message of a regrade request."""

    __tablename__ = "request_messages"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(to("regrade_requests.id", "CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(to("users.id"))
    text: Mapped[str]
    at: Mapped[CreatedAt]

    request: Mapped[RegradeRequest] = relationship(back_populates="messages")
    by: Mapped[User] = relationship()
