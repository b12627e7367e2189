"""Which workers and sweepers are alive, so that a page can say when nobody grades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grader.database.clock import Now, database_now
from grader.database.models import Heartbeat

ALIVE_S = 30.0


def beat(session: Session, name: str, kind: str, slots: int = 0, **detail: Any) -> None:
    """Note that `name`, a "worker" or "sweeper", is alive."""
    now = database_now(session)
    row = session.get(Heartbeat, name)
    if row is None:
        row = Heartbeat(name=name, kind=kind, slots=slots, detail=detail, started_at=now, seen_at=now)
        session.add(row)
        forget_old(session)
    row.seen_at, row.slots, row.detail = now, slots, detail
    session.flush()


def gone(session: Session, name: str) -> None:
    """Note that `name` ends in good order."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name))


def alive(session: Session, kind: str, within_s: float = ALIVE_S) -> Sequence[Heartbeat]:
    """Who of that kind was seen within the last seconds, by name."""
    recent = Heartbeat.seen_at >= Now(-within_s)
    return session.scalars(
        select(Heartbeat).where(Heartbeat.kind == kind, recent).order_by(Heartbeat.name)
    ).all()


def forget_old(session: Session, after_s: float = 86_400) -> None:
    """Drop rows of processes not seen for a day."""
    session.execute(delete(Heartbeat).where(Heartbeat.seen_at < Now(-after_s)))
