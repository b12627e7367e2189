"""Starts child processes, restarts those that end, and leaves no process running at its own end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from grader.local.child import Child, Spec
from grader.local.errors import StopRequested, UpError
from grader.values.text import one_line

PR_SET_CHILD_SUBREAPER = 36
POLL_S = 0.05

Say = Callable[[str], None]


class Supervisor:
    """Has child processes from `start` to `stop`; `supervising()` makes sure that `stop` is called."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._children: list[Child] = []
        self._earlier = _own_children()

    def start(self, spec: Spec) -> Child:
        """Start a child process."""
        child = Child(spec)
        self._children.append(child)
        child.start()
        return child

    def wait_until_healthy(self, children: list[Child], timeout_s: float = 30.0) -> None:
        """Wait until every child is healthy. Raises UpError with the first that isn't in time."""
        deadline = time.monotonic() + timeout_s
        for child in children:
            while not child.spec.healthy():
                if not child.running:
                    raise UpError(f"{child.spec.name} {child.how_it_ended()}{_last_log_line(child.spec.log)}")
                if time.monotonic() > deadline:
                    raise UpError(
                        f"{child.spec.name} isn't ready after {timeout_s:.0f} s; see {child.spec.log}"
                    )
                time.sleep(POLL_S)

    def watch(self) -> None:
        """Restart each child that ends, until StopRequested is raised."""
        while True:
            for child in self._children:
                self._restart_if_ended(child)
            self._reap_orphans()
            time.sleep(POLL_S * 4)

    def _restart_if_ended(self, child: Child) -> None:
        if child.running:
            return
        if child.start_after <= child.started_at:
            pause = child.plan_restart()
            self._say(f"{child.spec.name} {child.how_it_ended()}; restarting it in {pause:.1f} s")
        elif time.monotonic() >= child.start_after:
            with contextlib.suppress(ProcessLookupError, TypeError):
                os.killpg(child.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
            child.start()

    def _reap_orphans(self) -> None:
        """Reap orphans that ended: only this process can, as their subreaper."""
        own = {child.process.pid for child in self._children if child.process is not None}
        for pid in _own_children() - self._earlier - own:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)

    def stop(self) -> None:
        """End all children, those with `stop_last` after the others, then the orphans that they left."""
        for last in (False, True):
            children = [child for child in self._children if child.spec.stop_last is last]
            for child in children:
                child.terminate()
            for child in children:
                child.stop()
        _end_orphans(self._earlier)


@contextmanager
def supervising(say: Say) -> Iterator[Supervisor]:
    """A supervisor: Ctrl-C and SIGTERM raise StopRequested, and its end leaves no process running."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    supervisor = Supervisor(say)
    before = {number: signal.signal(number, _request_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield supervisor
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave processes running
        supervisor.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _request_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequested


def _end_orphans(keep: set[int]) -> None:
    """Kill and reap the orphans of our children, whose subreaper we are; `keep` are not ours."""
    for _ in range(50):  # the children of a process that ends become ours: look again
        orphans = _own_children() - keep
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _own_children() -> set[int]:
    try:
        return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    except OSError:
        return set()


def _last_log_line(log: Path) -> str:
    """The log's last line, for the message about a process that ended too early."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return f": {one_line(lines[-1].strip())} (complete log: {log})" if lines else ""
