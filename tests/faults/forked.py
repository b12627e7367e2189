"""Processes of the service, forked from one that has imported their modules: to import them takes a second of
a core, and these tests start about fifty. Each is a process of its own, and is killed like one."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.settings import read_settings
from grader.worker import main, sweeper
from tests.helpers.fake_runner import FakeRunner

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([__name__, "celery.concurrency.thread", "kombu.transport.redis"])


class Forked:
    """A running process that calls `run`, with its output in the file `log` and no other environment."""

    def __init__(
        self, log: Path, environment: Mapping[str, str], run: Callable[..., int], *arguments: object
    ) -> None:
        started = (str(log), dict(environment), run, *arguments)
        self._process = _FORKING.Process(target=_run, args=started, daemon=True)
        self._process.start()

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises TimeoutError if it still runs after `timeout` seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"the process {self._process.pid} still runs after {timeout} s")
        return self._process.exitcode


def worker(name: str, slots: int, log: str) -> int:
    """A worker with the fake runner, which writes to the file `log`."""
    logging.basicConfig(level=logging.INFO)
    return main.serve(read_settings(), FakeRunner(Path(log)), name=name, slots=slots)


def real_worker(name: str, slots: int) -> int:
    """The command `grader worker`, which uses the real runner."""
    return main.main(["--name", name, "--slots", str(slots)])


def real_sweeper() -> int:
    """The command `grader sweep`."""
    return sweeper.main([])


def _run(log: str, environment: dict[str, str], run: Callable[..., int], *arguments: object) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(run(*arguments))
