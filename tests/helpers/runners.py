"""Fixture: one real runner per test process, for tests of other parts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.runner.private import private_runner


@contextlib.contextmanager
def own_core() -> Iterator[None]:
    """Processes that start here run only on the core of this test process, if there are several.

    A runner assigns its slots to the cores in order, so two runners would share the first core.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not worker:
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cores)[int(worker) % len(cores)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@pytest.fixture(scope="session")
def shared_runner(servers: None) -> Iterator[Path]:
    """The socket of a real runner with two slots. Tests must not change it."""
    with contextlib.ExitStack() as stack:
        with own_core():
            socket = stack.enter_context(private_runner(slots=2))
        yield socket
