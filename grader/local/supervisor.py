"""Starts children, starts again what dies, and leaves no process behind."""

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
from grader.local.errors import Stopped, UpError

PR_SET_CHILD_SUBREAPER = 36
POLL_S = 0.05

Say = Callable[[str], None]


class Supervisor:
    """Owns children from `start` to `stop`; use `supervising()` so that `stop` can't be forgotten."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._children: list[Child] = []
        self._not_ours = _own_children()

    def start(self, spec: Spec) -> Child:
        """Start one more child."""
        child = Child(spec)
        self._children.append(child)
        child.start()
        return child

    def wait_until_healthy(self, children: list[Child], patience_s: float = 30.0) -> None:
        """Return once every child says it is healthy; UpError names the first that isn't in time."""
        deadline = time.monotonic() + patience_s
        for child in children:
            while not child.spec.healthy():
                if not child.running:
                    raise UpError(f"{child.spec.name} {child.ended()}{_last_words(child.spec.log)}")
                if time.monotonic() > deadline:
                    raise UpError(
                        f"{child.spec.name} isn't ready after {patience_s:.0f} s; see {child.spec.log}"
                    )
                time.sleep(POLL_S)

    def watch(self) -> None:
        """Start again whatever ends, until Stopped is raised."""
        while True:
            for child in self._children:
                self._tend(child)
            self._reap_orphans()
            time.sleep(POLL_S * 4)

    def _tend(self, child: Child) -> None:
        if child.running:
            return
        if child.start_after <= child.started_at:
            pause = child.plan_restart()
            self._say(f"{child.spec.name} {child.ended()}; starting it again in {pause:.1f} s")
        elif time.monotonic() >= child.start_after:
            with contextlib.suppress(ProcessLookupError, TypeError):
                os.killpg(child.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
            child.start()

    def _reap_orphans(self) -> None:
        """Let orphans go that ended: as their subreaper nobody else can."""
        own = {child.process.pid for child in self._children if child.process is not None}
        for pid in _own_children() - self._not_ours - own:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)

    def stop(self) -> None:
        """End all children, those that serve the others last, then whatever orphans they left."""
        for servants in (False, True):
            children = [child for child in self._children if child.spec.serves is servants]
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()
        _end_orphans(self._not_ours)


@contextmanager
def supervising(say: Say) -> Iterator[Supervisor]:
    """A supervisor that Ctrl-C and SIGTERM end by way of Stopped, with no process left."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    supervisor = Supervisor(say)
    before = {number: signal.signal(number, _raise_stopped) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield supervisor
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        supervisor.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _end_orphans(spare: set[int]) -> None:
    """Kill and reap what children left behind, which came to us as its subreaper; `spare` was here before."""
    for _ in range(50):  # a dying process may hand us its own children: look again
        orphans = _own_children() - spare
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


def _last_words(log: Path) -> str:
    """The log's last line, to say with an end that came too early."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return f": {lines[-1].strip()} (all of it: {log})" if lines else ""
