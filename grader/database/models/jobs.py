"""The rows of the queue: a Job waits in a lane, is claimed, and ends; it is a Grading, a LineSearch or a
PackCheck.

Each of them is joined to `jobs` by id, so the code for claims, leases and fences exists once, and
`grading.state`, `grading.progress` and so on can be used like its own columns.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.database.clock import Now
from grader.database.models.base import Base, Id, to
from grader.database.models.packs import PackVersion
from grader.database.models.people import Team
from grader.database.models.submissions import Submission
from grader.database.types import Line, PackedJSON, Rank, by_value
from grader.values import Cause, Mode, Verdict, Visibility


class Lane(IntEnum):
    """The lanes of the queue; the lower number goes first."""

    STUDENTS = 0
    STAFF = 1
    BULK = 2


class JobKind(StrEnum):
    """What a worker does for a claimed job."""

    GRADING = "grading"
    PACK_CHECK = "pack_check"
    LINE_SEARCH = "line_search"


class JobState(StrEnum):
    """FAILED is a fault of ours after all attempts; a grading with few points is DONE. One that is DONE has
    no score if a test in it is INTERNAL."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


class Job(Base):
    """One job in the queue.

    `turn` is how many jobs of its team waited in the lane when it was queued. `attempt` counts claims.
    `fence` counts claims and take-overs: an update with an older number changes nothing. `wait_until`
    delays a job after a fault of ours. `progress` is the JSON list of finished results, with everything that
    students may not see: show it only through the report's disclosure.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_waiting",
            "lane",
            "turn",
            "id",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "ix_jobs_running",
            "lease_until",
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
        Index(None, "state", "finished_at"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012  (SQLAlchemy's own name and type)

    id: Mapped[Id]
    kind: Mapped[JobKind] = mapped_column(by_value(JobKind))
    state: Mapped[JobState] = mapped_column(by_value(JobState), default=JobState.QUEUED)
    lane: Mapped[Lane] = mapped_column(Rank(Lane))
    turn: Mapped[int] = mapped_column(Integer, default=0)
    team_id: Mapped[int | None] = mapped_column(to("teams.id"), index=True)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    wait_until: Mapped[datetime | None]
    progress: Mapped[list[Any] | None] = mapped_column(PackedJSON)
    failure: Mapped[str] = mapped_column(default="")  # what went wrong on our side, for operators
    created_at: Mapped[datetime] = mapped_column(default=Now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship()


class Grading(Job):
    """One run of one pack version over one submission.

    `assignment_id` is that of its submission, which never changes: so an index holds what lists and charts of
    one assignment need, and they read nothing of the others.
    `score` is None while a test is INTERNAL; it includes the marks that people gave for texts. `awaiting` is
    the points of the texts without a mark (`grader.database.hand_marks` sets the sums). The `visible_` sums
    don't include the hidden tests. `retry_at` is when a grading that ended without a score is tried again,
    `retry` how many times that was done before this grading (`grader.database.retries`). One of a regrade
    counts once that is applied.
    """

    __tablename__ = "gradings"
    __table_args__ = (  # type: ignore[assignment]  # another number of indexes than the table of its base
        Index(
            "ix_gradings_retry_at",
            "retry_at",
            postgresql_where=text("retry_at IS NOT NULL"),
            sqlite_where=text("retry_at IS NOT NULL"),
        ),
        Index(
            "ix_gradings_without_score",
            "submission_id",
            "id",
            postgresql_where=text("score IS NULL"),
            sqlite_where=text("score IS NULL"),
        ),
        Index("ix_gradings_newest", "submission_id", "id", "regrade_id"),
        Index(
            "ix_gradings_of_assignment",
            "assignment_id",
            "submission_id",
            "id",
            "regrade_id",
            "score",
            "max_score",
            "awaiting",
        ),
    )
    __mapper_args__ = {"polymorphic_identity": JobKind.GRADING}  # noqa: RUF012

    id: Mapped[int] = mapped_column(to("jobs.id", "CASCADE"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(to("submissions.id"), index=True)
    assignment_id: Mapped[int]
    pack_version_id: Mapped[int] = mapped_column(to("pack_versions.id"), index=True)
    report: Mapped[Any | None] = mapped_column(PackedJSON, deferred=True)
    mode: Mapped[Mode | None] = mapped_column(by_value(Mode))
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal | None]
    visible_score: Mapped[Decimal | None]
    visible_max: Mapped[Decimal | None]
    awaiting: Mapped[Decimal | None]
    visible_awaiting: Mapped[Decimal | None]
    retry: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[datetime | None]
    regrade_id: Mapped[int | None] = mapped_column(to("regrades.id"), index=True)

    submission: Mapped[Submission] = relationship()
    pack_version: Mapped[PackVersion] = relationship()
    results: Mapped[list[Result]] = relationship(back_populates="grading", order_by="Result.position")


class PackCheck(Job):
    """One run of `pack check` over an uploaded version; its report is stored in the version."""

    __tablename__ = "pack_checks"
    __mapper_args__ = {"polymorphic_identity": JobKind.PACK_CHECK}  # noqa: RUF012

    id: Mapped[int] = mapped_column(to("jobs.id", "CASCADE"), primary_key=True)
    pack_version_id: Mapped[int] = mapped_column(to("pack_versions.id"), index=True)

    pack_version: Mapped[PackVersion] = relationship()


class LineSearch(Job):
    """One search for the wrong lines behind the failed tests of a grading. What it finds is added to the
    grading's report and to `found_lines`; it changes nothing else of the grading."""

    __tablename__ = "line_searches"
    __mapper_args__ = {"polymorphic_identity": JobKind.LINE_SEARCH}  # noqa: RUF012

    id: Mapped[int] = mapped_column(to("jobs.id", "CASCADE"), primary_key=True)
    grading_id: Mapped[int] = mapped_column(to("gradings.id", "CASCADE"), index=True)

    grading: Mapped[Grading] = relationship(foreign_keys=[grading_id])


class FoundLine(Base):
    """The wrong line behind a failed test of a grading, for statistics; the report has all details. `kind` is
    the kind of change that makes the test pass, `function` the student's function with the line."""

    __tablename__ = "found_lines"
    __table_args__ = (Index(None, "grading_id", "kind", "function"),)

    grading_id: Mapped[int] = mapped_column(to("gradings.id", "CASCADE"), primary_key=True)
    test_id: Mapped[str] = mapped_column(Line(200), primary_key=True)
    file: Mapped[str] = mapped_column(Line(200))
    line: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Line(60))
    function: Mapped[str] = mapped_column(Line(120))


class Result(Base):
    """The result of one test in one grading, for statistics; the report has all details.

    `earned` is without marks by hand: it is None if a person gives the points, for the text with this
    digest (`grader.database.hand_marks.digest_of`). `mistake` is the id of what the diagnosis found, and
    `place` the student's function or layer where it is.
    """

    __tablename__ = "results"
    __table_args__ = (
        Index("ix_results_verdicts", "grading_id", "test_id", "verdict"),
        Index(
            "ix_results_texts",
            "grading_id",
            postgresql_where=text("answer_sha256 IS NOT NULL"),
            sqlite_where=text("answer_sha256 IS NOT NULL"),
        ),
        Index(
            "ix_results_mistakes",
            "grading_id",
            "mistake",
            "place",
            postgresql_where=text("mistake IS NOT NULL"),
            sqlite_where=text("mistake IS NOT NULL"),
        ),
    )

    grading_id: Mapped[int] = mapped_column(to("gradings.id", "CASCADE"), primary_key=True)
    test_id: Mapped[str] = mapped_column(Line(200), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str]
    visibility: Mapped[Visibility] = mapped_column(by_value(Visibility))
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    cause: Mapped[Cause | None] = mapped_column(by_value(Cause))
    points: Mapped[Decimal]
    earned: Mapped[Decimal | None]
    answer_sha256: Mapped[str | None] = mapped_column(Line(64))
    mistake: Mapped[str | None] = mapped_column(Line(120))
    place: Mapped[str | None] = mapped_column(Line(120))

    grading: Mapped[Grading] = relationship(back_populates="results")
