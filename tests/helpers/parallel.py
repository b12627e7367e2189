"""Which tests run in the same process, and which start servers: `make quick` runs the others.

A fixture that starts a server uses the fixture `servers` (servers.py). A test that starts one is marked
`server`. A test without either fails when it starts a server.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from grader.values import Mode

WHOLE_FILES = {"test_measured.py", "test_up.py"}  # their fixtures take long, so they run once
MODES = {str(mode) for mode in Mode}
SERVER = re.compile(
    r"grader\.(runner\.(main|private)|sandbox\.fork_server)|-m\0(grader\0(up|web|worker|runner|sweep)|web\.serve)"
    r"|bin/(postgres|initdb)|valkey-server|redis-server|chrom|playwright"
)
_running: list[pytest.Item] = []


class Scheduling(LoadScopeScheduling):
    """Each test goes to a free process. Tests that share a demo and a browser, a runner in one mode, or
    slow fixtures of a file, go to the same process. (The mark xdist_group does nothing under pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        if "e2e" in path.parts:
            return "e2e"
        if mode := MODES.intersection(re.split(r"[\[\]-]", nodeid)):
            return f"runner, {mode.pop()}"
        return str(path) if path.name in WHOLE_FILES else nodeid


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """How many processes `-n auto` starts: one more than cores, since many tests wait for a limit, a lease or
    a server; where those are left out, one for each core. None: the variable of xdist says it."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + ("not server" not in config.option.markexpr)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """The scheduler above."""
    return Scheduling(config, log)


class ServerNotAllowed(RuntimeError):
    """A test that isn't marked `server` started one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that uses `servers`, also through other fixtures."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("server")


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests, which stay to the end."""
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Record which test runs."""
    _running.append(item)
    try:
        return (yield)
    finally:
        _running.remove(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Escape lone surrogates in a test's output and log: the report goes to another process as UTF-8."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "subprocess.Popen" or not _running or _running[-1].get_closest_marker("server"):
        return
    command = arguments[1] if isinstance(arguments[1], str) else "\0".join(map(str, arguments[1]))
    if SERVER.search(command):
        raise ServerNotAllowed(
            f"{_running[-1].nodeid} starts a server and isn't marked `server`: {command!r}"
        )


sys.addaudithook(_watch)
