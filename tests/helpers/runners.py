"""Fixture: one real runner a test process, for tests whose subject is not the runner."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.runner.private import private_runner


@contextlib.contextmanager
def own_core() -> Iterator[None]:
    """What starts here stays on this test process's core, if there are several test processes.

    A runner puts its slots on the cores in their order, so those of two would share the first one.
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
    """The socket of a real runner with two slots. Leave it as it was found."""
    with contextlib.ExitStack() as stack:
        with own_core():
            socket = stack.enter_context(private_runner(slots=2))
        yield socket
