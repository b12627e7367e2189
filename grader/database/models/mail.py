"""E-mail: what each user wants to get, and the messages to be sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Id, to
from grader.database.models.people import User
from grader.database.types import Line, by_value

UNSENT = text("sent_at IS NULL AND given_up_at IS NULL")


class MailKind(StrEnum):
    """Why a message is sent. Invitations and forgotten passwords are always sent, the others on request."""

    GRADED = "graded"
    PUBLISHED = "published"
    ANSWERED = "answered"
    COMMENTED = "commented"
    WRITTEN = "written"  # by staff, to some students
    INVITED = "invited"
    PASSWORD = "password"


class MailWish(Base):
    """A kind of message that a user wants to get; without a row they don't."""

    __tablename__ = "mail_wishes"

    user_id: Mapped[int] = mapped_column(to("users.id", "CASCADE"), primary_key=True)
    kind: Mapped[MailKind] = mapped_column(by_value(MailKind), primary_key=True)


class Mail(Base):
    """One message to one user. `about` names its object: there is one message of a kind about an object."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "about"),
        Index("ix_mails_unsent", "try_at", postgresql_where=UNSENT, sqlite_where=UNSENT),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(to("users.id", "CASCADE"))
    kind: Mapped[MailKind] = mapped_column(by_value(MailKind, name="mailkind_of_mail"))
    about: Mapped[str] = mapped_column(Line(80))
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[CreatedAt]
    try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship()
