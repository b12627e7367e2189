"""`grader sweep`: queues the jobs of lost workers again, and notifies workers of waiting jobs."""

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

from grader.database import claims, open_engine, regrade_queue, results, writing
from grader.database.models import Job
from grader.logs import add_option, bound, configure, emit, events
from grader.logs.errors import error_name
from grader.settings import Settings, SettingsError, read_settings
from grader.worker import mailing, notify
from grader.worker.claimed import public_id
from grader.worker.main import sending_heartbeats
from grader.worker.unscored import log_unscored, queue_retries

MOST_MESSAGES = 200  # in one round; the next round sends the others


@dataclass(frozen=True)
class Swept:
    """What one round did: jobs queued again, jobs given up, jobs that wait, messages sent to workers, and
    gradings without a score that are tried again."""

    taken_over: int
    given_up: int
    waiting: int
    notified: int
    retried: int = 0


def sweep_once(engine: Engine, redis_url: str) -> Swept:
    """One round. If Redis is down, the next round sends the messages."""
    retried = queue_retries(engine)
    with writing(engine) as session:
        expired = claims.take_over_expired(session)
        results.note_given_up(session, expired.out_of_attempts)
        regrade_queue.feed_all(session)
        waiting = claims.waiting(session)
        jobs = [
            (id, public_id(session.get_one(Job, id))) for id in (*expired.queued, *expired.out_of_attempts)
        ]
    for job_id, public in jobs:
        with bound(public):
            queued = job_id in expired.queued
            emit(
                events.JobTakenOver(job_id) if queued else events.JobFailed(job_id, why="its worker was lost")
            )
            if not queued:
                log_unscored(engine, job_id)
    return Swept(
        taken_over=len(expired.queued),
        given_up=len(expired.out_of_attempts),
        waiting=waiting,
        notified=_notify(redis_url, waiting),
        retried=retried,
    )


def _notify(redis_url: str, waiting: int) -> int:
    """Send a message for each waiting job that has none pending; returns how many were sent."""
    if not waiting:
        return 0
    pending = notify.pending(redis_url)
    missing = min(waiting - pending, MOST_MESSAGES) if pending is not None else 0
    return missing if missing > 0 and notify.notify(redis_url, missing) else 0


def sweep(engine: Engine, redis_url: str, every_s: float, ended: threading.Event) -> None:
    """Sweep every `every_s` seconds until `ended` is set; goes on if the database is down."""
    while True:
        try:
            sweep_once(engine, redis_url)
        except SQLAlchemyError as error:
            emit(events.SweepFailed(error=error_name(error)))
        if ended.wait(every_s):
            return


def main(argv: Sequence[str] | None = None) -> int:
    """Sweep until SIGTERM or Ctrl-C; returns 0 after an orderly end, 2 if a setting is wrong."""
    parser = argparse.ArgumentParser(
        prog="grader sweep", description="Queues the jobs of lost workers again."
    )
    parser.add_argument("--once", action="store_true", help="one round, then end")
    add_option(parser)
    options = parser.parse_args(argv)
    configure(options.log_format)
    try:
        settings = read_settings()
        outgoing = settings.outgoing_mail
    except SettingsError as error:
        print(f"grader sweep: {error}", file=sys.stderr)
        return 2
    engine = open_engine(settings.database_url)
    try:
        if options.once:
            print(sweep_once(engine, settings.redis_url))
            if outgoing is not None:
                mailing.send_due(engine, outgoing)
        else:
            _sweep_until_signal(engine, settings)
    finally:
        engine.dispose()
    return 0


def _sweep_until_signal(engine: Engine, settings: Settings) -> None:
    ended = threading.Event()
    outgoing = settings.outgoing_mail
    if outgoing is not None:  # in a thread: a mail server that does not answer delays nothing else
        arguments = (engine, outgoing, settings.sweep_s, ended)
        threading.Thread(target=mailing.run, args=arguments, name="mail", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with sending_heartbeats(engine, f"sweeper-{socket.gethostname()}-{os.getpid()}", "sweeper"):
        sweep(engine, settings.redis_url, settings.sweep_s, ended)
