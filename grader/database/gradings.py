"""Gradings: queued, found, counted. `grader.database.claims` claims and finishes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, undefer

from grader.database import audit, grade_summary
from grader.database.applied import applies
from grader.database.models import Grading, Job, JobState, Lane, PackVersion, Submission, Team, User

WAITING = Job.state == JobState.QUEUED
UNFINISHED = Job.state.in_((JobState.QUEUED, JobState.RUNNING))


def enqueue(
    session: Session,
    submission: Submission,
    lane: Lane,
    *,
    version: PackVersion | None = None,
    retry: int = 0,
) -> Grading:
    """Queue a grading with the assignment's pack version or another one; notify after the commit. It replaces
    retries of earlier gradings that are still to come; `retry` is its own number as a retry."""
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    earlier = update(Grading).where(Grading.submission_id == submission.id, Grading.retry_at.is_not(None))
    session.execute(earlier.values(retry_at=None))
    grading = Grading(
        submission=submission,
        pack_version_id=submission.assignment.pack_version_id if version is None else version.id,
        team_id=submission.team_id,
        lane=lane,
        turn=_count_waiting(session, submission.team_id, lane),
        retry=retry,
    )
    session.add(grading)
    session.flush()
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)
    return grading


def _count_waiting(session: Session, team_id: int, lane: Lane) -> int:
    query = select(func.count()).select_from(Job).where(Job.team_id == team_id, Job.lane == lane, WAITING)
    return session.execute(query).scalar_one()


def rerun(session: Session, submission: Submission, *, by: User, lane: Lane = Lane.STAFF) -> Grading:
    """Queue another grading of a submission; if one waits or runs already, it is returned instead."""
    unfinished = select(Grading).where(Grading.submission_id == submission.id, UNFINISHED, applies())
    grading = session.scalar(unfinished.order_by(Grading.id.desc()).limit(1))
    if grading is not None:
        return grading
    course_id = submission.assignment.course_id
    audit.note(session, "submission.rerun_asked", submission, by=by, course_id=course_id)
    return enqueue(session, submission, lane)


def latest(session: Session, submission: Submission, *, report: bool = False) -> Grading | None:
    """The newest grading, in any state; `report` loads its report too. None if there is none. Those of a
    regrade that is not applied are not looked at, here and in `deciding`."""
    own = (Grading.submission_id == submission.id, applies())
    query = select(Grading).where(*own).order_by(Grading.id.desc()).limit(1)
    return session.scalar(_loaded(query, report))


def deciding(session: Session, submission: Submission, *, report: bool = False) -> Grading | None:
    """The grading that counts: the newest with a score, else the newest that has ended, else None."""
    query = (
        select(Grading)
        .where(
            Grading.submission_id == submission.id,
            Grading.state.in_((JobState.DONE, JobState.FAILED)),
            applies(),
        )
        .order_by(Grading.score.is_(None), Grading.id.desc())
        .limit(1)
    )
    return session.scalar(_loaded(query, report))


def _loaded(query: Select[Grading], report: bool) -> Select[Grading]:
    return query.options(undefer(Grading.report)) if report else query


@dataclass(frozen=True)
class LaneState:
    """One lane of the queue: how many jobs wait and run, and since when the oldest waits."""

    lane: Lane
    waiting: int
    running: int
    oldest: datetime | None


def lanes(session: Session) -> tuple[LaneState, ...]:
    """Every lane, for the status page."""
    rows = session.execute(
        select(Job.lane, Job.state, func.count(), func.min(Job.created_at))
        .where(UNFINISHED)
        .group_by(Job.lane, Job.state)
    ).all()
    states = {(lane, state): (count, oldest) for lane, state, count, oldest in rows}
    none = (0, None)
    return tuple(
        LaneState(
            lane=lane,
            waiting=states.get((lane, JobState.QUEUED), none)[0],
            running=states.get((lane, JobState.RUNNING), none)[0],
            oldest=states.get((lane, JobState.QUEUED), none)[1],
        )
        for lane in Lane
    )


def finished_since(session: Session, since: datetime) -> int:
    """How many jobs are done since then, for the rate."""
    query = select(func.count()).select_from(Job).where(Job.state == JobState.DONE, Job.finished_at >= since)
    return session.execute(query).scalar_one()
