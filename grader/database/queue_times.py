"""When a waiting job starts, estimated from what is ahead of it and how long such jobs ran lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from grader.database import heartbeats
from grader.database.models import Grading, Job, JobState

SAMPLE = 100
"""Jobs that ended last, whose run times are the basis."""


def starts_in_s(session: Session, job: Grading) -> float | None:
    """The seconds until this waiting job starts: the run times of the jobs ahead of it, and half of one for
    each that runs, shared among the workers' slots. Time in which nothing ran does not matter. None if no
    worker is alive, or nothing was graded yet. Four queries."""
    slots = sum(row.slots for row in heartbeats.alive(session, "worker"))
    times = _run_times(session)
    if not slots or not times:
        return None
    usual = fmean(times.values())
    running = session.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.RUNNING)) or 0
    ahead = _ahead(session, job)
    if running + sum(ahead.values()) < slots:
        return 0.0
    work = sum(count * times.get(version, usual) for version, count in ahead.items())
    return (work + min(running, slots) * times.get(job.pack_version_id, usual) / 2) / slots


def _ahead(session: Session, job: Grading) -> dict[int | None, int]:
    """How many waiting jobs go before this one, by the version of the pack that they run."""
    same_lane = and_(
        Job.lane == job.lane, or_(Job.turn < job.turn, and_(Job.turn == job.turn, Job.id < job.id))
    )
    rows = session.execute(
        select(Grading.__table__.c.pack_version_id, func.count())
        .select_from(Job.__table__)
        .outerjoin(Grading.__table__, Grading.__table__.c.id == Job.__table__.c.id)
        .where(Job.state == JobState.QUEUED, or_(Job.lane < job.lane, same_lane))
        .group_by(Grading.__table__.c.pack_version_id)
    )
    return {version: count for version, count in rows}


def _run_times(session: Session) -> Mapping[int | None, float]:
    """The mean run time in seconds of the jobs that ended last, by the version of the pack."""
    rows = session.execute(
        select(Grading.pack_version_id, Grading.started_at, Grading.finished_at)
        .where(Grading.state == JobState.DONE, Grading.finished_at.is_not(None))
        .order_by(Grading.finished_at.desc())
        .limit(SAMPLE)
    )
    spans: dict[int | None, list[float]] = defaultdict(list)
    for version, started, finished in rows:
        if started is not None and finished is not None:
            spans[version].append((finished - started).total_seconds())
    return {version: fmean(seconds) for version, seconds in spans.items()}
