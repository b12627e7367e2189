"""Where a job is in the queue, when it starts, and what delays the queue."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import heartbeats, queue_times
from grader.database.models import Grading
from web.backends import Backends

STORED = "Your file is stored and will be graded."


@dataclass(frozen=True)
class QueuePosition:
    """Where a job is in the queue. `trouble` says what is down, "" if nothing is; `starts_in_s` is an
    estimate, None if nothing is known or it does not wait."""

    place: int
    waiting: int
    starts_in_s: float | None
    trouble: str = ""

    @property
    def part(self) -> float:
        """How far the job has moved up, in percent of the queue as it is now."""
        return 0.0 if not self.waiting else 100 * (1 - self.place / (self.waiting + 1))


def place(session: Session, job: Grading, backends: Backends) -> QueuePosition:
    """Where this job is in its lane, and whether anything delays the queue."""
    found = queue_times.place_of(session, job)
    return QueuePosition(found.at, found.waiting, found.starts_in_s, trouble(session, backends))


def trouble(session: Session, backends: Backends) -> str:
    """What keeps jobs from being graded, in a sentence; "" if all parts answer."""
    if not backends.queue_reachable():
        return "The queue can't be reached."
    if not heartbeats.alive(session, "worker"):
        return "No worker answers."
    if backends.health() is None:
        return "The runner does not answer."
    return ""
