"""Where a job is in the queue, when it starts, and what delays the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grader.database import gradings, heartbeats
from grader.database.models import Grading, JobState
from web.backends import Backends

STORED = "Your file is stored and will be graded."
RATE_OVER = timedelta(seconds=60)


@dataclass(frozen=True)
class QueuePosition:
    """Where a job is in the queue. `trouble` says what is down, "" if nothing is; `starts_in_s` is an
    estimate from the last minute, None if nothing was graded in it."""

    place: int
    waiting: int
    starts_in_s: float | None
    trouble: str = ""

    @property
    def part(self) -> float:
        """How far the job has moved up, in percent of the queue as it is now."""
        return 0.0 if not self.waiting else 100 * (1 - self.place / (self.waiting + 1))


def place(session: Session, job: Grading, now: datetime, backends: Backends) -> QueuePosition:
    """Where this job is in its lane, and whether anything delays the queue."""
    at, waiting = gradings.queue_position(session, job)
    rate = gradings.finished_since(session, now - RATE_OVER) / RATE_OVER.total_seconds()
    waits = job.state is JobState.QUEUED
    return QueuePosition(at, waiting, at / rate if rate and waits else None, trouble(session, backends))


def trouble(session: Session, backends: Backends) -> str:
    """What keeps jobs from being graded, in a sentence; "" if all parts answer."""
    if not backends.queue_reachable():
        return "The queue can't be reached."
    if not heartbeats.alive(session, "worker"):
        return "No worker answers."
    if backends.health() is None:
        return "The runner does not answer."
    return ""
