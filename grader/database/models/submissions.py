"""Submissions, and the files of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.models.assignments import Assignment
from grader.database.models.base import Base, Id, to
from grader.database.models.packs import Blob, public_id
from grader.database.models.people import Team, User
from grader.database.types import Line


class Submission(Base):
    """One attempt. `number` counts 1, 2, ... within team and assignment; URLs use `public_id`.

    `created_at` is when its request began, which is compared with the due date. `given_back` says that it
    uses up no attempt, since a grading of it ended by a fault that is not the student's; that never
    changes back.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("assignment_id", "team_id", "number"),
        Index(None, "assignment_id", "created_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(Line(32), unique=True, default=public_id)
    assignment_id: Mapped[int] = mapped_column(to("assignments.id"))
    team_id: Mapped[int] = mapped_column(to("teams.id"), index=True)
    number: Mapped[int]
    submitter_id: Mapped[int] = mapped_column(to("users.id"))
    created_at: Mapped[datetime]
    given_back: Mapped[bool] = mapped_column(default=False)

    assignment: Mapped[Assignment] = relationship()
    team: Mapped[Team] = relationship()
    submitter: Mapped[User] = relationship()
    files: Mapped[list[SubmissionFile]] = relationship(
        back_populates="submission", order_by="SubmissionFile.position", cascade="all, delete-orphan"
    )


class SubmissionFile(Base):
    """One file of a submission, in the order of the upload."""

    __tablename__ = "submission_files"

    submission_id: Mapped[int] = mapped_column(to("submissions.id", "CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(Line(64), to("blobs.sha256"), index=True)

    submission: Mapped[Submission] = relationship(back_populates="files")
    blob: Mapped[Blob] = relationship()
