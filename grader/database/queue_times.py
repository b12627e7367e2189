"""The place of a waiting job and when it starts: what is ahead of it, and how long such jobs ran lately."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from grader.database.clock import Now
from grader.database.heartbeats import ALIVE_S
from grader.database.models import Grading, Heartbeat, Job, JobState, Lane
from grader.database.queue_model import Queue, Running, starts_in_s
from grader.database.types import Instant

SAMPLE = 60
"""Gradings that ended last, whose run times are the basis. Those of a regrade are left out: many of them only
give other points, and run nothing."""

jobs, gradings = Job.__table__.c, Grading.__table__.c
NONE, NO_TIME = cast(null(), BigInteger), cast(null(), Instant())


@dataclass(frozen=True)
class Place:
    """The position of a job (from 1; 0 if it does not wait) among the waiting jobs of its lane, how many of
    them there are, and the seconds until it starts (None if that is not known or it does not wait)."""

    at: int
    waiting: int
    starts_in_s: float | None


def place_of(session: Session, job: Grading) -> Place:
    """Where the job is in the queue and when it starts; one query."""
    waits = job.state is JobState.QUEUED
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in session.execute(_statement(), {"lane": job.lane, "turn": job.turn, "id": job.id}):
        found[row.what].append(row)
    ours = [row for row in found["waiting"] if row.lane == job.lane]
    at = 1 + sum(row.before for row in ours) if waits else 0
    return Place(at, sum(row.number for row in ours), starts_in_s(_queue(found)) if waits else None)


def _queue(found: defaultdict[str, list[Any]]) -> Queue:
    ran: defaultdict[int, list[float]] = defaultdict(list)
    for row in found["ran"]:
        ran[row.version].append(_seconds(row.begun, row.until))
    ahead: defaultdict[int | None, int] = defaultdict(int)
    for row in found["waiting"]:
        ahead[row.version] += row.before
    return Queue(
        slots=sum(row.number or 0 for row in found["slots"]),
        ran=ran,
        running=tuple(Running(row.version, _seconds(row.begun, row.until)) for row in found["running"]),
        ahead={version: number for version, number in ahead.items() if number},
    )


def _seconds(begun: datetime, until: datetime) -> float:
    return (until - begun).total_seconds()


@cache
def _statement() -> CompoundSelect[Any]:
    """All parts, made once: to make it takes longer than to run it."""
    return union_all(_slots(), _ran(), _running(), _waiting())


def _row(what: str, version: Any, lane: Any, number: Any, before: Any, begun: Any, until: Any) -> Select[Any]:
    """A part of the query: rows of one kind, all with the same columns."""
    return select(
        literal_column(f"'{what}'").label("what"),
        version.label("version"),
        lane.label("lane"),
        number.label("number"),
        before.label("before"),
        begun.label("begun"),
        until.label("until"),
    )


def _slots() -> Select[Any]:
    alive = (Heartbeat.kind == "worker", Heartbeat.seen_at >= Now(-ALIVE_S))
    slots = cast(func.sum(Heartbeat.slots), Integer)
    return _row("slots", NONE, NONE, slots, NONE, NO_TIME, NO_TIME).where(*alive)


def _ran() -> Select[Any]:
    last = (
        select(gradings.pack_version_id, jobs.started_at, jobs.finished_at)
        .select_from(Job.__table__.join(Grading.__table__, gradings.id == jobs.id))
        .where(jobs.state == JobState.DONE, jobs.finished_at.is_not(None), jobs.started_at.is_not(None))
        .where(gradings.regrade_id.is_(None))
        .order_by(jobs.finished_at.desc())
        .limit(SAMPLE)
        .subquery()
    ).c
    return _row("ran", last.pack_version_id, NONE, NONE, NONE, last.started_at, last.finished_at)


def _running() -> Select[Any]:
    row = _row("running", gradings.pack_version_id, NONE, NONE, NONE, jobs.started_at, Now())
    return row.select_from(_with_version()).where(
        jobs.state == JobState.RUNNING, jobs.started_at.is_not(None)
    )


def _waiting() -> Select[Any]:
    """By lane and version how many wait, and how many of them go before the job."""
    lane: BindParameter[Lane] = bindparam("lane")
    turn: BindParameter[int] = bindparam("turn")
    id: BindParameter[int] = bindparam("id")
    earlier = or_(jobs.turn < turn, and_(jobs.turn == turn, jobs.id < id))
    before = or_(jobs.lane < lane, and_(jobs.lane == lane, earlier))
    number, ahead = func.count(), func.coalesce(func.sum(case((before, 1), else_=0)), 0)
    row = _row("waiting", gradings.pack_version_id, jobs.lane, number, ahead, NO_TIME, NO_TIME)
    return (
        row.select_from(_with_version())
        .where(jobs.state == JobState.QUEUED, jobs.lane <= lane)
        .group_by(gradings.pack_version_id, jobs.lane)
    )


def _with_version() -> Any:
    return Job.__table__.outerjoin(Grading.__table__, gradings.id == jobs.id)
