"""Users and their web log-ins, courses, their enrolments, and teams (one student is a team of one)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.base import Base, CreatedAt, Digest, Id, to
from grader.database.types import Line, by_value


class CourseRole(StrEnum):
    """The roles of a user in a course."""

    STUDENT = "student"
    TA = "ta"
    INSTRUCTOR = "instructor"

    @property
    def is_staff(self) -> bool:
        return self is not CourseRole.STUDENT


class User(Base):
    """A user who can log in. `email` is in lower case; an `operator` runs the installation. One who is
    deactivated can't log in; everything of them stays."""

    __tablename__ = "users"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    operator: Mapped[bool] = mapped_column(default=False)
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="user")


class PasswordLink(Base):
    """A link with which a user sets a password once: after an invitation, or because it was forgotten. The
    link has a token, and this row its SHA-256."""

    __tablename__ = "password_links"

    id: Mapped[Id]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(to("users.id", "CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Login(Base):
    """One web session; the cookie has a token, and this row its SHA-256."""

    __tablename__ = "logins"

    id: Mapped[Id]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(to("users.id", "CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class Course(Base):
    """A course in one term. `zone` is the IANA name of the time zone of its dates on pages.

    An archived course can be read and not changed. Late submissions: each student has `grace_days` for the
    term, used up one by one as late days come; each further late day takes off `late_percent` of the points
    of that assignment (None: nothing).
    """

    __tablename__ = "courses"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(Line(64), unique=True)
    title: Mapped[str]
    term: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")
    grace_days: Mapped[int] = mapped_column(Integer, default=0)
    late_percent: Mapped[Decimal | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="course")


class Enrolment(Base):
    """The role of one user in one course; none any more once they have left (`left_at`)."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("course_id", "user_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"))
    user_id: Mapped[int] = mapped_column(to("users.id"), index=True)
    role: Mapped[CourseRole] = mapped_column(by_value(CourseRole))
    section: Mapped[str] = mapped_column(default="")
    left_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    course: Mapped[Course] = relationship(back_populates="enrolments")
    user: Mapped[User] = relationship(back_populates="enrolments")


class Invite(Base):
    """A link with which people join a course in this role and section until it expires or is withdrawn; at
    most `uses_left` more of them (None: any number). The link has a token, and this row its SHA-256."""

    __tablename__ = "invites"

    id: Mapped[Id]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(to("courses.id"), index=True)
    role: Mapped[CourseRole] = mapped_column(by_value(CourseRole))
    section: Mapped[str] = mapped_column(default="")
    uses: Mapped[int] = mapped_column(Integer, default=0)
    uses_left: Mapped[int | None] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    by: Mapped[User] = relationship()


class Team(Base):
    """Users who submit together. `solo_user_id` is set when the team is one person by default, and
    `assignment_id` when people formed it for one assignment."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("course_id", "solo_user_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(to("courses.id"), index=True)
    name: Mapped[str]
    solo_user_id: Mapped[int | None] = mapped_column(to("users.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(to("assignments.id"), index=True)

    course: Mapped[Course] = relationship()
    members: Mapped[list[TeamMember]] = relationship(back_populates="team")


class TeamMember(Base):
    """One user in one team, and what they say that they contributed."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(to("teams.id", "CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(to("users.id"), primary_key=True, index=True)
    contribution: Mapped[str] = mapped_column(default="")

    team: Mapped[Team] = relationship(back_populates="members")
    user: Mapped[User] = relationship()


class TeamInvite(Base):
    """An invitation of one user into a team; it is deleted when it is accepted, declined or withdrawn."""

    __tablename__ = "team_invites"

    team_id: Mapped[int] = mapped_column(to("teams.id", "CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(to("users.id"), primary_key=True, index=True)
    by_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[CreatedAt]

    team: Mapped[Team] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
