"""The conditional updates of the queue: claim, renew, write progress, finish, give back, take over.

Each is one UPDATE whose condition is the expected state. A claim has a fence number; an update with an old
number changes nothing and returns False. All times are those of the database's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Table, Update, case, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from grader.database.clock import Now
from grader.database.models import Job, JobKind, JobState, Lane

MAX_ATTEMPTS = 4  # the first one, and three more after faults of ours
jobs = cast(Table, Job.__table__)
c = jobs.c


@dataclass(frozen=True)
class Claim:
    """The right to work on one job until the lease ends, as long as `fence` equals that of the row."""

    job_id: int
    kind: JobKind
    lane: Lane
    fence: int
    attempt: int


@dataclass(frozen=True)
class Claimant:
    """The worker that claims: its name, its lease in seconds, and how many bulk jobs it may run at once."""

    worker: str
    lease_s: float = 30.0
    bulk_limit: int = 1


def claim(session: Session, claimant: Claimant, *, bulk_first: bool = False) -> Claim | None:
    """Claim the first waiting job in the order (lane, turn, id), or the oldest bulk job if `bulk_first`.

    Returns None if no job waits.
    """
    first = (
        select(c.id)
        .where(_claimable(), or_(c.lane != Lane.BULK, _bulk_running(claimant.worker) < claimant.bulk_limit))
        .order_by(*(_bulk_first() if bulk_first else (c.lane, c.turn, c.id)))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.execute(
        update(jobs)
        .where(c.id == first, c.state == JobState.QUEUED)
        .values(
            state=JobState.RUNNING,
            worker=claimant.worker,
            fence=c.fence + 1,
            attempt=c.attempt + 1,
            lease_until=Now(claimant.lease_s),
            wait_until=None,
            started_at=Now(),
            progress=[],
        )
        .returning(c.id, c.kind, c.lane, c.fence, c.attempt)
    ).one_or_none()
    return None if row is None else Claim(row.id, row.kind, row.lane, row.fence, row.attempt)


def _claimable() -> ColumnElement[bool]:
    return (c.state == JobState.QUEUED) & or_(c.wait_until.is_(None), c.wait_until <= Now())


def _bulk_first() -> tuple[ColumnElement[Any], ...]:
    bulk = c.lane == Lane.BULK
    return (case((bulk, 0), else_=1), c.lane, case((bulk, 0), else_=c.turn), c.id)


def _bulk_running(worker: str) -> ColumnElement[int]:
    other = jobs.alias()
    own = (other.c.state == JobState.RUNNING) & (other.c.lane == Lane.BULK) & (other.c.worker == worker)
    return select(func.count()).select_from(other).where(own).scalar_subquery()


def _update_of(held: Claim) -> Update:
    return update(jobs).where(c.id == held.job_id, c.fence == held.fence, c.state == JobState.RUNNING)


def _changed(session: Session, statement: Update) -> bool:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def renew(session: Session, held: Claim, lease_s: float) -> bool:
    """Renew the lease for `lease_s` seconds; False if the claim was lost."""
    return _changed(session, _update_of(held).values(lease_until=Now(lease_s)))


def write_progress(session: Session, held: Claim, results: Sequence[Any], lease_s: float) -> bool:
    """Write the list of finished results and renew the lease; False if the claim was lost."""
    return _changed(session, _update_of(held).values(progress=list(results), lease_until=Now(lease_s)))


def finish(session: Session, held: Claim, state: JobState, failure: str = "") -> bool:
    """End the job; False, and nothing changes, if the claim was lost. The caller stores the results in
    the same transaction."""
    return _changed(
        session,
        _update_of(held).values(
            state=state, failure=failure, finished_at=Now(), lease_until=None, progress=None
        ),
    )


def give_back(session: Session, held: Claim, failure: str, *, after_s: float) -> bool:
    """Queue the job again; it can be claimed after `after_s` seconds. False if the claim was lost."""
    return _changed(
        session,
        _update_of(held).values(
            state=JobState.QUEUED,
            fence=c.fence + 1,
            lease_until=None,
            wait_until=Now(after_s),
            failure=failure,
            progress=None,
        ),
    )


@dataclass(frozen=True)
class TakenOver:
    """Ids of the jobs whose lease had ended: queued again, or failed after all attempts."""

    queued: tuple[int, ...]
    out_of_attempts: tuple[int, ...]


def take_over_expired(session: Session, max_attempts: int = MAX_ATTEMPTS) -> TakenOver:
    """Take each job whose lease has ended from its worker: queue it again, or fail it after all attempts."""
    retry = c.attempt < max_attempts
    rows = session.execute(
        update(jobs)
        .where(c.state == JobState.RUNNING, c.lease_until < Now())
        .values(
            state=case((retry, JobState.QUEUED), else_=JobState.FAILED),
            finished_at=case((retry, None), else_=Now()),
            fence=c.fence + 1,
            lease_until=None,
            progress=None,
            failure="its worker was lost",
        )
        .returning(c.id, c.state)
    ).all()
    return TakenOver(
        queued=tuple(row.id for row in rows if row.state is JobState.QUEUED),
        out_of_attempts=tuple(row.id for row in rows if row.state is JobState.FAILED),
    )


def waiting(session: Session) -> int:
    """How many jobs can be claimed now."""
    return session.execute(select(func.count()).select_from(jobs).where(_claimable())).scalar_one()
