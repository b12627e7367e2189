"""A real `grader up`, as a user would start it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.helpers.tied import TIED


class Up:
    """A running `grader up`."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self.state = state
        self.log = state.parent / f"{state.name}.out"
        self.log.unlink(missing_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [*TIED, sys.executable, "-P", "-m", "grader", "up", "--state", str(state)]
        command += ["--port", str(self.port)]
        environment = {**os.environ, "GRADECHECK_TEST_MARK": str(state)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *arguments], stdout=log, stderr=log, env=environment)
        self.url = f"http://127.0.0.1:{self.port}"

    def wait(self, patience_s: float = 60.0) -> float:
        """Wait until it prints that it is ready; returns the seconds."""
        start = time.monotonic()
        while "gradecheck is ready" not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() - start < patience_s, self.output()
            time.sleep(0.05)
        return time.monotonic() - start

    def output(self) -> str:
        """All that it has printed."""
        return self.log.read_text()

    def children(self, name: str) -> list[int]:
        """Process ids of its children whose command line contains `name`, a regular expression."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in pids if re.search(name, _command_line(Path("/proc") / pid))]

    def child(self, name: str) -> int:
        """The process id of the one child of that name."""
        (pid,) = self.children(name)
        return pid

    def hold(self, name: str) -> None:
        """Stop one child without ending it: it does not answer, and the supervisor does not restart it."""
        os.kill(self.child(name), signal.SIGSTOP)

    def kill(self, name: str) -> None:
        """End one child with SIGKILL."""
        os.kill(self.child(name), signal.SIGKILL)

    def end(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)

    def processes_left(self) -> list[str]:
        """Command lines of processes that this start made and that still run."""
        left = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                marked = f"GRADECHECK_TEST_MARK={self.state}".encode() in environ.read_bytes().split(b"\0")
            except OSError:
                continue
            name = _command_line(environ.parent)
            mentions = str(self.state) in name
            if (marked or mentions) and int(environ.parent.name) != os.getpid():
                left.append(name)
        return left


class SharedDemo:
    """A demo that the tests of a file share. A test may end it: the next one starts it again."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._up: Up | None = None

    def running(self) -> Up:
        """The demo, which is ready."""
        if self._up is None or self._up.process.poll() is not None:
            self._up = Up(self._state, "--demo")
            self._up.wait()
        return self._up

    def end(self) -> None:
        """Stop it if it runs."""
        if self._up is not None:
            self._up.end(signal.SIGTERM)


def _command_line(process: Path) -> str:
    """The command line of /proc/PID, empty if it has ended."""
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
