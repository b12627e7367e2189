"""Which workers and sweepers are alive, so that a page can show when no worker runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grader.database.clock import Now, database_now
from grader.database.models import Heartbeat

ALIVE_S = 30.0


def record(session: Session, name: str, kind: str, slots: int = 0, **detail: Any) -> None:
    """Record that the process `name` is alive; `kind` is "worker" or "sweeper"."""
    now = database_now(session)
    row = session.get(Heartbeat, name)
    if row is None:
        row = Heartbeat(name=name, kind=kind, slots=slots, detail=detail, started_at=now, seen_at=now)
        session.add(row)
        forget_old(session)
    row.seen_at, row.slots, row.detail = now, slots, detail
    session.flush()


def remove(session: Session, name: str) -> None:
    """Remove the record of `name`, a process that ends in an orderly way."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name))


def alive(session: Session, kind: str, within_s: float = ALIVE_S) -> Sequence[Heartbeat]:
    """The processes of that kind that were alive within the last `within_s` seconds, by name."""
    recent = Heartbeat.seen_at >= Now(-within_s)
    return session.scalars(
        select(Heartbeat).where(Heartbeat.kind == kind, recent).order_by(Heartbeat.name)
    ).all()


def forget_old(session: Session, after_s: float = 86_400) -> None:
    """Delete the records of processes not seen for `after_s` seconds (a day)."""
    session.execute(delete(Heartbeat).where(Heartbeat.seen_at < Now(-after_s)))
