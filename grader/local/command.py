"""`grader up`: its options, and the order in which things start."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

from grader.local import address
from grader.local.errors import Stopped, UpError
from grader.local.folders import Folders, open_folders
from grader.local.processes import Installation
from grader.local.supervisor import Supervisor, supervising
from grader.logs import add_option, configure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `grader up`."""
    parser.add_argument("--demo", action="store_true", help="seed a demo course and print its log-ins")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, help=f"port (default: the first free one from {address.DEFAULT_PORT})"
    )
    parser.add_argument(
        "--state", type=Path, default=Path("var"), help="folder for all state (default: %(default)s)"
    )
    add_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run everything until Ctrl-C: 0 after an orderly end, 2 if it can't start so, 3 if a part fails."""
    configure(options.log_format, level=logging.WARNING)  # what it says itself is for people
    try:
        _refuse_public_demo(options)
        port = address.choose_port(options.host, options.port)
        with open_folders(options.state) as folders:
            return _run_in(folders, options, port)
    except UpError as error:
        print(f"grader up: {error}", file=sys.stderr)
        return 2


def _refuse_public_demo(options: argparse.Namespace) -> None:
    """Everybody knows the demo's passwords, so nobody else may reach it: not now, not at a later start."""
    demo = options.demo or (options.state / "demo").exists()
    if demo and not address.is_loopback(options.host):
        raise UpError(
            f"the demo's passwords are public, so it listens on 127.0.0.1 only, not on {options.host}"
        )


def _run_in(folders: Folders, options: argparse.Namespace, port: int) -> int:
    installation = Installation(folders, options.host, port, options.log_format)
    with supervising(_say) as supervisor:
        try:
            started = time.monotonic()
            _start(installation, supervisor, demo=options.demo)
            _announce(installation, options, time.monotonic() - started)
            supervisor.watch()
        except Stopped:
            _say("stopping")
        except UpError as error:
            print(f"grader up: {error}", file=sys.stderr)
            return 3
    return 0


def _start(installation: Installation, supervisor: Supervisor, *, demo: bool) -> None:
    """Redis and runner boot while the database is migrated; the rest needs the database."""
    from grader.database import migrate, open_engine  # not for the commands that only need the options
    from grader.local.shipped import ship_packs

    first = [supervisor.start(spec) for spec in (installation.redis(), installation.runner())]
    database_url = installation.folders.database_url
    migrate(database_url)
    rest = [
        supervisor.start(spec) for spec in (installation.web(), installation.worker(), installation.sweeper())
    ]
    engine = open_engine(database_url)
    shipped = ship_packs(engine)
    supervisor.wait_until_healthy(first)  # so that the demo's rings find somebody who grades
    if demo:
        from grader.local.demo import seed

        (installation.folders.state / "demo").touch()
        seed(engine, installation.folders.redis_url, shipped)
    engine.dispose()
    supervisor.wait_until_healthy(first + rest)


def _announce(installation: Installation, options: argparse.Namespace, took_s: float) -> None:
    lines = [f"gradecheck is ready at {installation.url} (after {took_s:.1f} s; Ctrl-C ends it)"]
    if options.demo:
        from grader.local.demo import login_lines

        lines += login_lines()
    lines.append(f"State and logs are in {options.state}/.")
    print("\n".join(lines), flush=True)


def _say(line: str) -> None:
    print(f"grader up: {line}", flush=True)
