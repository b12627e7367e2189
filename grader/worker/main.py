"""`grader worker`: grades what is in the queue; after SIGTERM it finishes running gradings and ends."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.database import heartbeats, open_engine, writing
from grader.grading.client import Client, Runner
from grader.logs import add_option, configure, emit, events
from grader.logs.errors import error_name
from grader.settings import Settings, SettingsError, read_settings
from grader.worker import notify
from grader.worker.app import make_app
from grader.worker.lease_renewer import LeaseRenewer
from grader.worker.runner_health import RunnerHealth
from grader.worker.work import Work, WorkerContext

HEARTBEAT_S = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a worker; returns 0 after an orderly end, 2 if a setting is wrong."""
    parser = argparse.ArgumentParser(prog="grader worker", description="Grades the submissions in the queue.")
    parser.add_argument(
        "--slots", type=int, help="how many to grade at the same time (default: GRADECHECK_SLOTS, else 2)"
    )
    parser.add_argument("--name", help="its name on the status page (default: host name and process id)")
    add_option(parser)
    options = parser.parse_args(argv)
    configure(options.log_format)
    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"grader worker: {error}", file=sys.stderr)
        return 2
    slots = options.slots if options.slots is not None else settings.slots
    if not 1 <= slots <= 256:
        print(f"grader worker: --slots is {slots}; it must be from 1 to 256", file=sys.stderr)
        return 2
    name = options.name or f"{socket.gethostname()}-{os.getpid()}"
    return serve(settings, Client(settings.runner_socket), name=name, slots=slots)


def serve(settings: Settings, runner: Runner, *, name: str, slots: int) -> int:
    """Grade with `runner` until a signal ends the worker; returns the exit code."""
    engine = open_engine(settings.database_url, pool_size=slots + 3)
    runner_health = RunnerHealth(runner, settings.least_mode)
    lease_renewer = LeaseRenewer(engine, settings.lease_s)
    watched = partial(notify.is_watched, settings.redis_url)
    context = WorkerContext(
        engine,
        runner,
        runner_health,
        lease_renewer,
        name,
        slots,
        settings.lease_s,
        watched,
        partial(notify.notify, settings.redis_url),
    )
    app = make_app(settings.redis_url, Work(context).do_next)
    lease_renewer.start()
    try:
        with sending_heartbeats(engine, name, "worker", slots):
            worker = app.Worker(
                pool="threads",
                concurrency=slots,
                hostname=f"{name}@{socket.gethostname()}",
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
                loglevel="INFO",
                quiet=True,  # no banner of many lines
            )
            worker.start()
            return int(worker.exitcode or 0)
    finally:
        lease_renewer.stop()
        engine.dispose()


@contextmanager
def sending_heartbeats(engine: Engine, name: str, kind: str, slots: int = 0) -> Iterator[None]:
    """Record every few seconds that this process is alive; remove the record at the end."""
    ended = threading.Event()

    def run() -> None:
        while True:
            try:
                with writing(engine) as session:
                    heartbeats.record(session, name, kind, slots)
            except SQLAlchemyError as error:
                emit(events.HeartbeatFailed(error=error_name(error)))
            if ended.wait(HEARTBEAT_S):
                return

    thread = threading.Thread(target=run, name="heartbeats", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with suppress(SQLAlchemyError), writing(engine) as session:
            heartbeats.remove(session, name)
