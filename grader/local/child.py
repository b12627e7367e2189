"""One child of the supervisor: in a session of its own, gone when the supervisor is gone."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.5, 30.0, 60.0
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Spec:
    """How to start one child and how to know that it works.

    `healthy` is asked until it says yes; `grace_s` is how long a polite end may take. One that
    `serves` others ends after them.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    healthy: Callable[[], bool] = lambda: True
    grace_s: float = 5.0
    serves: bool = False


@dataclass
class Child:
    """A running (or just ended) process made from a Spec, with the memory that back-off needs."""

    spec: Spec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    pause_s: float = field(default=FIRST_PAUSE_S)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process, its output appended to the log."""
        parent = os.getpid()

        def leash() -> None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # the supervisor died before the leash was on
                os._exit(1)

        with self.spec.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.spec.argv,
                env=dict(self.spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=leash,  # safe: the supervisor has one thread
            )
        self.started_at = time.monotonic()

    def ended(self) -> str:
        """In words, how a process that no longer runs came to its end."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "was not started"
        return f"ended with exit code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"

    def plan_restart(self) -> float:
        """Set when to start again and return the pause in seconds, longer each time it dies young."""
        if time.monotonic() - self.started_at > STEADY_S:
            self.pause_s = FIRST_PAUSE_S
        pause, self.pause_s = self.pause_s, min(self.pause_s * 2, LONGEST_PAUSE_S)
        self.start_after = time.monotonic() + pause
        return pause

    def ask_to_stop(self) -> None:
        """Ask the process politely to end."""
        if self.process is not None and self.running:
            self.process.terminate()

    def stop(self) -> None:
        """Give a process that was asked its time to end, then end its whole group for certain."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.spec.grace_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
