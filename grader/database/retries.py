"""Gradings that ended without a score, by a fault that is not the student's: tried again, counted, shown.

A grading has no score if the job failed or if any of its tests is INTERNAL. When it ends so, `plan` sets when
it is tried again, in the same transaction; the sweeper then queues a new grading. So a retry is neither lost
nor queued twice, whichever process is killed, and an earlier grading with a score keeps counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Table, and_, exists, func, select, union_all, update
from sqlalchemy.orm import Session, selectin_polymorphic
from sqlalchemy.sql.elements import ColumnElement

from grader.database import audit, gradings
from grader.database.clock import Now
from grader.database.models import (
    Assignment,
    Grading,
    Job,
    JobState,
    Lane,
    LineSearch,
    PackCheck,
    PackState,
    PackVersion,
    Result,
    Submission,
    Team,
)
from grader.values import Cause

MINUTE, HOUR = 60, 3600
PAUSES_S = (2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
"""Seconds before each retry, counted from the end of the grading before it: seven retries in two days."""
A_ROUND = 50

_table = cast(Table, Grading.__table__)


def pause_s(retry: int) -> int | None:
    """The pause in seconds after a grading that was the retry of this number (0: of none); None after the
    last."""
    return PAUSES_S[retry] if retry < len(PAUSES_S) else None


def plan(session: Session, grading: Grading) -> None:
    """After the end of a grading: if it has no score, set when it is tried again, and give the attempt back
    unless another grading of it has a score."""
    if grading.score is not None:
        return
    pause = pause_s(grading.retry)
    session.flush()
    values = {"retry_at": None if pause is None else Now(pause)}
    session.execute(update(_table).where(_table.c.id == grading.id).values(values))
    session.refresh(grading, ["retry_at"])
    scored = exists().where(_table.c.submission_id == grading.submission_id, _table.c.score.is_not(None))
    if not session.execute(select(scored)).scalar_one():
        grading.submission.given_back = True


def due(session: Session, limit: int = A_ROUND) -> Sequence[int]:
    """Ids of gradings whose time to be tried again has come, the longest due first."""
    waits = _table.c.retry_at.is_not(None) & (_table.c.retry_at <= Now())
    return session.scalars(
        select(_table.c.id).where(waits).order_by(_table.c.retry_at, _table.c.id).limit(limit)
    ).all()


def queue(session: Session, grading_id: int) -> Grading | None:
    """Queue the retry of a grading that is due; None if another process has done it, if a newer grading
    replaces it, or if only its pack failed and a newer version of the pack is published: then staff decide.
    Notify after the commit."""
    grading = session.get_one(Grading, grading_id)
    team = select(Team.id).where(Team.id == grading.team_id).with_for_update()
    session.execute(team)  # first the team, then its gradings, as everywhere
    taken = update(_table).where(_table.c.id == grading_id, _table.c.retry_at <= Now()).values(retry_at=None)
    if cast("CursorResult[Any]", session.execute(taken)).rowcount != 1:
        return None
    session.refresh(grading, ["retry_at"])
    if gradings.latest(session, grading.submission) is not grading or _replaced(session, grading):
        return None
    course_id = grading.submission.assignment.course_id
    audit.note(session, "grading.retried", grading, course_id=course_id, submission=grading.submission_id)
    return gradings.enqueue(session, grading.submission, Lane.BULK, retry=grading.retry + 1)


def _replaced(session: Session, grading: Grading) -> bool:
    """Whether the author has published a newer version since, and nothing but the pack failed."""
    version = grading.pack_version
    newer = exists().where(
        PackVersion.pack_id == version.pack_id,
        PackVersion.number > version.number,
        PackVersion.state == PackState.PUBLISHED,
    )
    causes = session.scalars(
        select(Result.cause).where(Result.grading_id == grading.id, Result.cause.is_not(None)).distinct()
    ).all()
    same_version = grading.submission.assignment.pack_version_id == version.id
    return causes == [Cause.PACK] and same_version and session.execute(select(newer)).scalar_one()


def unscored() -> ColumnElement[bool]:
    """The condition that a grading is the newest of its submission and has ended without a score."""
    newer = _table.alias()
    replaced = exists().where(newer.c.submission_id == Grading.submission_id, newer.c.id > Grading.id)
    ended = Grading.state.in_((JobState.DONE, JobState.FAILED))
    return and_(Grading.score.is_(None), ended, ~replaced)


def of_assignment(session: Session, assignment: Assignment) -> Sequence[Grading]:
    """The newest gradings of the assignment's submissions that ended without a score, those first that will
    not be tried again."""
    return session.scalars(
        select(Grading)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(Submission.assignment_id == assignment.id, unscored())
        .order_by(Grading.retry_at.is_not(None), Grading.retry_at, Grading.id)
    ).all()


def counts(session: Session, course_id: int) -> dict[int, int]:
    """How many of those gradings each assignment of a course has, by the assignment's id, if it has any."""
    rows = session.execute(
        select(Submission.assignment_id, func.count())
        .select_from(Grading)
        .join(Submission, Submission.id == Grading.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, unscored())
        .group_by(Submission.assignment_id)
    )
    return {assignment: count for assignment, count in rows}


def failed_by_us(session: Session, *, limit: int = 50) -> Sequence[Job]:
    """Those gradings, and the pack checks and line searches that failed by a fault of ours, latest first."""
    checks = select(PackCheck.id).where(PackCheck.state == JobState.FAILED)
    searches = select(LineSearch.id).where(LineSearch.state == JobState.FAILED)
    either = union_all(checks, searches, select(Grading.id).where(unscored()))
    query = select(Job).where(Job.id.in_(either)).options(selectin_polymorphic(Job, [Grading]))
    return session.scalars(query.order_by(Job.id.desc()).limit(limit)).all()


def count(session: Session) -> int:
    """How many of those gradings there are in all courses."""
    return session.execute(select(func.count()).select_from(Grading).where(unscored())).scalar_one()
