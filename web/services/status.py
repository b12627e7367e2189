"""How the service is, for operators and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.database import gradings, heartbeats, reading
from grader.database.gradings import LaneState
from grader.database.models import Heartbeat, Job, User
from grader.grading.client import Health
from web.access import must_see_status
from web.services.queue_position import RATE_OVER
from web.site import now, site


@dataclass(frozen=True)
class StatusPage:
    """What the status page shows. `failures` are jobs that ended by our fault; empty for those
    who are not operators, since they may come from any course."""

    lanes: Sequence[LaneState]
    a_minute: int
    bell: bool
    runner: Health | None
    workers: Sequence[Heartbeat]
    sweepers: Sequence[Heartbeat]
    failures: Sequence[Job]
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
        return bool(self.bell and self.runner and self.workers and self.sweepers)


def page(session: Session, user: User) -> StatusPage:
    """The state of queue, workers and runner; 404 for students."""
    must_see_status(session, user)
    outside = site().backends
    return StatusPage(
        lanes=gradings.lanes(session),
        a_minute=gradings.finished_since(session, now() - RATE_OVER),
        bell=outside.queue_reachable(),
        runner=outside.health(),
        workers=heartbeats.alive(session, "worker"),
        sweepers=heartbeats.alive(session, "sweeper"),
        failures=gradings.failed_by_us(session) if user.operator else (),
        is_operator=user.operator,
        at=now(),
    )


def parts() -> dict[str, bool]:
    """Which parts answer, for a probe."""
    outside = site().backends
    return {
        "database": _database_answers(),
        "redis": outside.queue_reachable(),
        "runner": outside.health() is not None,
    }


def _database_answers() -> bool:
    try:
        with reading(site().engine) as session:
            return bool(session.execute(select(1)).scalar_one() == 1)
    except SQLAlchemyError:
        return False
