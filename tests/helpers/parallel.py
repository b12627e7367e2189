"""How the tests share the cores, and which of them start servers: `make quick` runs the others.

A fixture that starts a server asks for the fixture `servers`; a test that starts one by itself is
marked `server`. A test that does neither fails as soon as it starts one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from grader.values import Mode

WHOLE_FILES = {"test_measured.py", "test_up.py"}  # what their fixtures make takes long: once is enough
MODES = {str(mode) for mode in Mode}
SERVER = re.compile(
    r"grader\.(runner\.(main|private)|sandbox\.fork_server)|-m\0(grader\0(up|web|worker|runner|sweep)|web\.serve)"
    r"|bin/(postgres|initdb)|valkey-server|redis-server|chrom|playwright"
)
_running: list[pytest.Item] = []


class Scheduling(LoadScopeScheduling):
    """Each test goes to whichever process is free. Those that share a demo and a browser, a runner
    in one mode, or what a file's fixtures make, go to the same one. (The mark xdist_group does
    nothing under pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        if "e2e" in path.parts:
            return "e2e"
        if mode := MODES.intersection(re.split(r"[\[\]-]", nodeid)):
            return f"runner, {mode.pop()}"
        return str(path) if path.name in WHOLE_FILES else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """What hands the tests out."""
    return Scheduling(config, log)


class ServerNotAllowed(RuntimeError):
    """A test that isn't marked `server` started one."""


@pytest.fixture(scope="session")
def servers() -> None:
    """Asked for by every fixture that starts a server."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for `servers`, if only through other fixtures."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("server")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Know which test runs."""
    _running.append(item)
    try:
        return (yield)
    finally:
        _running.remove(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Spell out lone surrogates in what a test printed and logged: a report crosses processes as UTF-8."""
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
