"""The state of the service, for operators and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import gradings, heartbeats, retries
from grader.database.gradings import LaneState
from grader.database.models import Heartbeat, Job, User
from grader.grading.client import Health
from web.access import must_see_status
from web.backends import Backends

RATE_OVER = timedelta(seconds=60)


@dataclass(frozen=True)
class StatusPage:
    """What the status page shows. `redis` says whether Redis answers. `unscored` is the number of gradings
    that ended without a score. `failures` are those and other jobs that ended because of an error on our
    side; empty for readers who are not operators, since they may come from any course."""

    lanes: Sequence[LaneState]
    a_minute: int
    redis: bool
    runner: Health | None
    workers: Sequence[Heartbeat]
    sweepers: Sequence[Heartbeat]
    failures: Sequence[Job]
    unscored: int
    is_operator: bool
    at: datetime

    @property
    def waiting(self) -> int:
        return sum(lane.waiting for lane in self.lanes)

    @property
    def running(self) -> int:
        return sum(lane.running for lane in self.lanes)

    @property
    def oldest(self) -> datetime | None:
        return min((lane.oldest for lane in self.lanes if lane.oldest), default=None)

    @property
    def all_answer(self) -> bool:
        return bool(self.redis and self.runner and self.workers and self.sweepers)


def page(session: Session, user: User, now: datetime, backends: Backends) -> StatusPage:
    """The state of queue, workers and runner. Raises Missing for students."""
    must_see_status(session, user)
    return StatusPage(
        lanes=gradings.lanes(session),
        a_minute=gradings.finished_since(session, now - RATE_OVER),
        redis=backends.queue_reachable(),
        runner=backends.health(),
        workers=heartbeats.alive(session, "worker"),
        sweepers=heartbeats.alive(session, "sweeper"),
        failures=retries.failed_by_us(session) if user.operator else (),
        unscored=retries.count(session),
        is_operator=user.operator,
        at=now,
    )


def answers(session: Session) -> bool:
    """Whether the database answers a query. Raises SQLAlchemyError if it can't be reached."""
    return bool(session.execute(select(1)).scalar_one() == 1)


def parts(database: bool, backends: Backends) -> dict[str, bool]:
    """Which parts answer, by name, for a health check."""
    return {
        "database": database,
        "redis": backends.queue_reachable(),
        "runner": backends.health() is not None,
    }
