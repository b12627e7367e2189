"""`grader up`: its options, and the order in which the processes start."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
import time
from pathlib import Path

from grader.local import address
from grader.local.errors import StopRequested, UpError
from grader.local.folders import DEMO, Folders, open_folders, secret_key_file
from grader.local.processes import Installation
from grader.local.supervisor import Supervisor, supervising
from grader.logs import add_option, configure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader up`."""
    parser.add_argument("--demo", action="store_true", help="make a demo course and print how to log in")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, help=f"port (default: the first free one from {address.DEFAULT_PORT})"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("var"),
        help="folder for the database, keys and logs (default: %(default)s)",
    )
    add_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run all processes until Ctrl-C. Returns 0 after an orderly end, 2 if an option is refused, 3 if a
    process can't be started."""
    configure(options.log_format, level=logging.WARNING)  # its own messages are for people
    try:
        _refuse_public_demo(options)
        port = address.choose_port(options.host, options.port)
        with open_folders(options.state) as folders:
            return _run_in(folders, options, port)
    except UpError as error:
        print(f"grader up: {error}", file=sys.stderr)
        return 2


def _refuse_public_demo(options: argparse.Namespace) -> None:
    """The demo's passwords are public, so only this machine may reach it, also at a later start."""
    demo = options.demo or (options.state / DEMO).exists()
    if demo and not address.is_loopback(options.host):
        raise UpError(
            f"the demo's passwords are public, so it listens on 127.0.0.1 only, not on {options.host}"
        )


def _run_in(folders: Folders, options: argparse.Namespace, port: int) -> int:
    installation = Installation(folders, options.host, port, options.log_format)
    with supervising(_say) as supervisor:
        try:
            started = time.monotonic()
            empty = _start(installation, supervisor, demo=options.demo)
            _announce(installation, options, time.monotonic() - started, empty=empty)
            if options.demo:
                _finish_demo(folders)
            supervisor.watch()
        except StopRequested:
            _say("stopping")
        except UpError as error:
            print(f"grader up: {error}", file=sys.stderr)
            return 3
    return 0


def _start(installation: Installation, supervisor: Supervisor, *, demo: bool) -> bool:
    """Redis and runner start while the database is migrated; the other processes need the database. Returns
    whether there is no user yet."""
    from grader.database import migrate, open_engine, reading, set_up  # not imported for `grader up --help`
    from grader.local.shipped import ship_packs

    first = [supervisor.start(spec) for spec in (installation.redis(), installation.runner())]
    database_url = installation.folders.database_url
    migrate(database_url)
    others = [
        supervisor.start(spec) for spec in (installation.web(), installation.worker(), installation.sweeper())
    ]
    engine = open_engine(database_url)
    if demo:
        from grader.local.demo.versions import ship_earlier

        ship_earlier(engine)
    shipped = ship_packs(engine)
    supervisor.wait_until_healthy(first)  # so that the demo's submissions can be graded
    if demo:
        from grader.local.demo import seed

        (installation.folders.state / DEMO).touch(mode=0o600)
        _say("making the demo's courses")
        seed(engine, installation.folders.redis_url, shipped)
    supervisor.wait_until_healthy(first + others)
    with reading(engine) as session:
        empty = set_up.is_empty(session)
    engine.dispose()
    return empty


def _finish_demo(folders: Folders) -> None:
    """Do what comes after the grading of the demo's files, beside the supervisor; its end ends it too."""
    from grader.database import open_engine
    from grader.local.demo.later import finish

    def do() -> None:
        engine = open_engine(folders.database_url)
        finish(engine, folders.redis_url, _say)
        engine.dispose()

    threading.Thread(target=do, name="demo", daemon=True).start()


def _announce(installation: Installation, options: argparse.Namespace, took_s: float, *, empty: bool) -> None:
    lines = [f"gradecheck is ready at {installation.url} (after {took_s:.1f} s; Ctrl-C stops it)"]
    if options.demo:
        from grader.local.demo import login_lines

        lines += login_lines()
    if empty:
        from grader.database import set_up

        token = set_up.token_of(secret_key_file(installation.folders.state).read_text())
        address = f"{installation.url}{set_up.PATH}?token={token}"
        lines += [
            "There is no user yet. Make the first one here (nobody else has this address):",
            f"  {address}",
        ]
    lines.append(f"State and logs are in {options.state}/.")
    print("\n".join(lines), flush=True)


def _say(line: str) -> None:
    print(f"grader up: {line}", flush=True)
