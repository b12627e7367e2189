"""`grader worker`: grades what waits, until SIGTERM, which lets running gradings finish."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.database import heartbeats, open_engine, writing
from grader.grading.client import Client, Runner
from grader.logs import add_option, configure, emit, events
from grader.logs.errors import error_name
from grader.settings import Settings, SettingsError, read_settings
from grader.worker.app import make_app
from grader.worker.lease_renewer import LeaseRenewer
from grader.worker.runner_health import RunnerHealth
from grader.worker.work import Work, WorkerContext

BEAT_S = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a worker; 0 after a good end, 2 if a setting can't be."""
    parser = argparse.ArgumentParser(prog="grader worker", description="Grades what waits in the queue.")
    parser.add_argument("--slots", type=int, help="gradings at once (default: GRADECHECK_SLOTS, else 2)")
    parser.add_argument("--name", help="how the status page calls it (default: host and process)")
    add_option(parser)
    chosen = parser.parse_args(argv)
    configure(chosen.log_format)
    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"grader worker: {error}", file=sys.stderr)
        return 2
    slots = chosen.slots if chosen.slots is not None else settings.slots
    if not 1 <= slots <= 256:
        print(f"grader worker: --slots is {slots}; it is to be from 1 to 256", file=sys.stderr)
        return 2
    name = chosen.name or f"{socket.gethostname()}-{os.getpid()}"
    return serve(settings, Client(settings.runner_socket), name=name, slots=slots)


def serve(settings: Settings, runner: Runner, *, name: str, slots: int) -> int:
    """Work through `runner` until told to end."""
    engine = open_engine(settings.database_url, pool_size=slots + 3)
    runner_health = RunnerHealth(runner, settings.least_mode)
    lease_renewer = LeaseRenewer(engine, settings.lease_s)
    context = WorkerContext(engine, runner, runner_health, lease_renewer, name, slots, settings.lease_s)
    app = make_app(settings.redis_url, Work(context).do_next)
    lease_renewer.start()
    try:
        with beating(engine, name, "worker", slots):
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
def beating(engine: Engine, name: str, kind: str, slots: int = 0) -> Iterator[None]:
    """Note every few seconds that this process is alive, and at the end that it is not."""
    ended = threading.Event()

    def run() -> None:
        while True:
            try:
                with writing(engine) as session:
                    heartbeats.beat(session, name, kind, slots)
            except SQLAlchemyError as error:
                emit(events.HeartbeatFailed(error=error_name(error)))
            if ended.wait(BEAT_S):
                return

    thread = threading.Thread(target=run, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with suppress(SQLAlchemyError), writing(engine) as session:
            heartbeats.gone(session, name)
