"""`grader sweep`: takes over what lost workers held, and rings for what waits."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.database import claims, open_engine, results, writing
from grader.database.models import Job
from grader.logs import add_option, bound, configure, emit, events
from grader.logs.errors import error_name
from grader.settings import Settings, SettingsError, read_settings
from grader.worker import notify
from grader.worker.claimed import public_id
from grader.worker.main import beating

MOST_RINGS = 200  # at once; the next round rings for the rest


@dataclass(frozen=True)
class Swept:
    """What one round did: jobs queued again, jobs given up, rows that wait, bells rung."""

    taken_over: int
    given_up: int
    waiting: int
    rung: int


def sweep_once(engine: Engine, redis_url: str) -> Swept:
    """One round. A Redis that is down is rung again in the next."""
    with writing(engine) as session:
        found = claims.take_over_expired(session)
        results.note_given_up(session, found.out_of_tries)
        waiting = claims.waiting(session)
        lines = [(id, public_id(session.get_one(Job, id))) for id in (*found.queued, *found.out_of_tries)]
    for job_id, public in lines:
        with bound(public):
            again = job_id in found.queued
            emit(
                events.JobTakenOver(job_id) if again else events.JobFailed(job_id, why="its worker was lost")
            )
    return Swept(
        taken_over=len(found.queued),
        given_up=len(found.out_of_tries),
        waiting=waiting,
        rung=_ring(redis_url, waiting),
    )


def _ring(redis_url: str, waiting: int) -> int:
    """Ring for rows that no unanswered bell stands for; gives how often."""
    if not waiting:
        return 0
    unanswered = notify.pending(redis_url)
    missing = min(waiting - unanswered, MOST_RINGS) if unanswered is not None else 0
    return missing if missing > 0 and notify.notify(redis_url, missing) else 0


def sweep(engine: Engine, redis_url: str, every_s: float, ended: threading.Event) -> None:
    """Sweep every `every_s` seconds until `ended`; a database that is down is tried again."""
    while True:
        try:
            sweep_once(engine, redis_url)
        except SQLAlchemyError as error:
            emit(events.SweepFailed(error=error_name(error)))
        if ended.wait(every_s):
            return


def main(argv: Sequence[str] | None = None) -> int:
    """Sweep until SIGTERM or Ctrl-C; 0 after a good end, 2 if a setting can't be."""
    parser = argparse.ArgumentParser(prog="grader sweep", description="Takes over and rings for what waits.")
    parser.add_argument("--once", action="store_true", help="one round, then end")
    add_option(parser)
    chosen = parser.parse_args(argv)
    configure(chosen.log_format)
    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"grader sweep: {error}", file=sys.stderr)
        return 2
    engine = open_engine(settings.database_url)
    try:
        if chosen.once:
            print(sweep_once(engine, settings.redis_url))
        else:
            _sweep_until_told(engine, settings)
    finally:
        engine.dispose()
    return 0


def _sweep_until_told(engine: Engine, settings: Settings) -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with beating(engine, f"sweeper-{socket.gethostname()}-{os.getpid()}", "sweeper"):
        sweep(engine, settings.redis_url, settings.sweep_s, ended)
