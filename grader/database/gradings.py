"""Gradings: queued, found, counted. Claiming and finishing them is `grader.database.claims`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, undefer

from grader.database import audit, grade_summary
from grader.database.models import Grading, Job, JobKind, JobState, Lane, PackVersion, Submission, User

WAITS = Job.state == JobState.QUEUED
UNDER_WAY = Job.state.in_((JobState.QUEUED, JobState.RUNNING))


def enqueue(
    session: Session, submission: Submission, lane: Lane, *, version: PackVersion | None = None
) -> Grading:
    """Queue a grading with the assignment's version or another one; ring after the commit."""
    grading = Grading(
        submission=submission,
        pack_version_id=submission.assignment.pack_version_id if version is None else version.id,
        team_id=submission.team_id,
        lane=lane,
        turn=_rows_waiting(session, submission.team_id, lane),
    )
    session.add(grading)
    session.flush()
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)
    return grading


def _rows_waiting(session: Session, team_id: int, lane: Lane) -> int:
    wanted = select(func.count()).select_from(Job).where(Job.team_id == team_id, Job.lane == lane, WAITS)
    return session.execute(wanted).scalar_one()


def rerun(session: Session, submission: Submission, *, by: User, lane: Lane = Lane.STAFF) -> Grading:
    """Grade a submission once more; if it waits or runs already, that grading is given instead."""
    under_way = select(Grading).where(Grading.submission_id == submission.id, UNDER_WAY)
    grading = session.scalar(under_way.order_by(Grading.id.desc()).limit(1))
    if grading is not None:
        return grading
    course_id = submission.assignment.course_id
    audit.note(session, "submission.rerun_asked", submission, by=by, course_id=course_id)
    return enqueue(session, submission, lane)


def latest(session: Session, submission: Submission, *, report: bool = False) -> Grading | None:
    """The newest grading, in whatever state; with its report if asked."""
    wanted = (
        select(Grading).where(Grading.submission_id == submission.id).order_by(Grading.id.desc()).limit(1)
    )
    return session.scalar(_loaded(wanted, report))


def deciding(session: Session, submission: Submission, *, report: bool = False) -> Grading | None:
    """The grading that counts: the newest with a score, else the newest that is over, else None."""
    wanted = (
        select(Grading)
        .where(Grading.submission_id == submission.id, Grading.state.in_((JobState.DONE, JobState.FAILED)))
        .order_by(Grading.score.is_(None), Grading.id.desc())
        .limit(1)
    )
    return session.scalar(_loaded(wanted, report))


def _loaded(wanted: Select[Grading], report: bool) -> Select[Grading]:
    return wanted.options(undefer(Grading.report)) if report else wanted


def place_in_line(session: Session, grading: Grading) -> tuple[int, int]:
    """Its place (from 1) among those that wait in its lane, and how many wait there; (0, n) if it
    doesn't wait."""
    mine = and_(WAITS, Job.lane == grading.lane)
    before = or_(Job.turn < grading.turn, and_(Job.turn == grading.turn, Job.id <= grading.id))
    place, waiting = session.execute(
        select(func.coalesce(func.sum(case((before, 1), else_=0)), 0), func.count()).where(mine)
    ).one()
    return (int(place) if grading.state is JobState.QUEUED else 0), int(waiting)


@dataclass(frozen=True)
class LaneState:
    """One lane of the queue: rows waiting and running, and since when the oldest waits."""

    lane: Lane
    waiting: int
    running: int
    oldest: datetime | None


def lanes(session: Session) -> tuple[LaneState, ...]:
    """Every lane, for the status page."""
    rows = session.execute(
        select(Job.lane, Job.state, func.count(), func.min(Job.created_at))
        .where(UNDER_WAY)
        .group_by(Job.lane, Job.state)
    ).all()
    found = {(lane, state): (count, oldest) for lane, state, count, oldest in rows}
    nothing = (0, None)
    return tuple(
        LaneState(
            lane=lane,
            waiting=found.get((lane, JobState.QUEUED), nothing)[0],
            running=found.get((lane, JobState.RUNNING), nothing)[0],
            oldest=found.get((lane, JobState.QUEUED), nothing)[1],
        )
        for lane in Lane
    )


def finished_since(session: Session, since: datetime) -> int:
    """How many jobs ended since then, for the rate."""
    wanted = select(func.count()).select_from(Job).where(Job.state == JobState.DONE, Job.finished_at >= since)
    return session.execute(wanted).scalar_one()


def failed_by_us(session: Session, *, limit: int = 50) -> Sequence[Job]:
    """Jobs that ended by our fault and that nothing newer has replaced, latest first."""
    newer = select(func.max(Grading.id)).group_by(Grading.submission_id)
    shown = or_(Job.kind == JobKind.PACK_CHECK, Job.id.in_(newer))
    wanted = select(Job).where(Job.state == JobState.FAILED, shown)
    return session.scalars(wanted.order_by(Job.id.desc()).limit(limit)).all()
