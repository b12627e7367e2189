"""Gradings that ended without a score: logged, and queued again when the time has come."""

from __future__ import annotations

import re

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import reading, retries, writing
from grader.database.models import Grading, Result
from grader.logs import bound, emit, events
from grader.values import Verdict
from grader.worker.claimed import public_id

_ERROR = re.compile(r"\b([A-Z][A-Za-z]{0,40}(?:Error|Exception|Warning|Interrupt|Exit|Fault))\b", re.ASCII)
_PLACE = re.compile(r"\b((?:test_|conftest)\w{0,60}\.py:\d{1,6})\b", re.ASCII)


def log_unscored(engine: Engine, job_id: int) -> None:
    """Log that this grading ended without a score, if it did."""
    with reading(engine) as session:
        grading = session.get(Grading, job_id)
        if grading is not None and grading.state.is_over and grading.score is None:
            emit(_event(session, grading))


def _event(session: Session, grading: Grading) -> events.GradingUnscored:
    rows = session.query(Result).filter_by(grading_id=grading.id, verdict=Verdict.INTERNAL)
    internal = rows.order_by(Result.position).all()
    return events.GradingUnscored(
        job=grading.id,
        pack=grading.pack_version.pack.slug,
        tests=tuple(row.test_id for row in internal),
        cause=", ".join(sorted({str(row.cause) for row in internal if row.cause})),
        detail=outline(grading.failure),
        after_s=retries.pause_s(grading.retry) if grading.retry_at else None,
    )


def outline(detail: str) -> str:
    """The class of the last exception and the last line of a test that this text for staff names. The rest
    may come from a student's program, and is on the status page only."""
    errors, places = _ERROR.findall(detail), _PLACE.findall(detail)
    return " at ".join(part[-1] for part in (errors, places) if part)


def queue_retries(engine: Engine) -> int:
    """Queue the retries that are due, each in a transaction of its own; returns how many."""
    with reading(engine) as session:
        ids = retries.due(session)
    return sum(_queue(engine, grading_id) for grading_id in ids)


def _queue(engine: Engine, grading_id: int) -> bool:
    with writing(engine) as session:
        grading = retries.queue(session, grading_id)
        if grading is None:
            return False
        event, upload = events.GradingRetried(grading.id, grading.retry), public_id(grading)
    with bound(upload):
        emit(event)
    return True
