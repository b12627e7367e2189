"""One child process of the supervisor: it has its own session, and it ends when the supervisor ends."""

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

from grader.local.folders import open_private

PR_SET_PDEATHSIG = 1
FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.5, 30.0, 60.0
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Spec:
    """How to start a child process, and how to know that it is ready.

    `healthy` is called until it returns True. `grace_s` is the time in seconds that the process gets to end
    after SIGTERM. A process with `stop_last` ends after the others, because they use it.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    healthy: Callable[[], bool] = lambda: True
    grace_s: float = 5.0
    stop_last: bool = False


@dataclass
class Child:
    """A process made from a Spec, running or ended, and the times that its next restart depends on."""

    spec: Spec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    pause_s: float = field(default=FIRST_PAUSE_S)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process; its output is appended to the log."""
        parent = os.getpid()

        def end_with_parent() -> None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # the supervisor ended before the call above
                os._exit(1)

        with open(self.spec.log, "ab", opener=open_private) as log:
            self.process = subprocess.Popen(
                self.spec.argv,
                env=dict(self.spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # safe: the supervisor has one thread
            )
        self.started_at = time.monotonic()

    def how_it_ended(self) -> str:
        """In words, how the process ended, such as `ended with exit code 1`."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "was not started"
        return f"ended with exit code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"

    def plan_restart(self) -> float:
        """Set when to start again and return the pause in seconds. It doubles, up to a limit, as long as
        the process ends soon after its start."""
        if time.monotonic() - self.started_at > STEADY_S:
            self.pause_s = FIRST_PAUSE_S
        pause, self.pause_s = self.pause_s, min(self.pause_s * 2, LONGEST_PAUSE_S)
        self.start_after = time.monotonic() + pause
        return pause

    def terminate(self) -> None:
        """Send SIGTERM to the process if it runs."""
        if self.process is not None and self.running:
            self.process.terminate()

    def stop(self) -> None:
        """Wait `grace_s` seconds for the end of the process, then kill its whole process group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.spec.grace_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
