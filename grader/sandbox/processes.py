"""Fork-servers and their jobs, as the runner uses them: to start, watch, measure and end them."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import kernel
from grader.sandbox.errors import SystemFault
from grader.sandbox.figures import Figures
from grader.values import Mode

READY_WAIT_S = 20.0
_BOOT = (
    "import os,sys; n=int(sys.argv[1]); os.dup2(n,3); os.closerange(4,1<<20); sys.path[:0]=sys.argv[3:]; "
    "from grader.sandbox.fork_server import main; main(sys.argv[2])"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # a set of texts has the same order in each grading
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Exit:
    """How a job ended, from the kernel: wait status, CPU time (ns), peak resident memory (kB)."""

    status: int
    cpu_ns: int
    peak_kb: int


@dataclass(frozen=True)
class Setup:
    """How the fork-servers of a runner set up their jobs: the mode, the user id, the shared folders."""

    mode: Mode
    uid: int | None = None
    shared: tuple[str, ...] = ()


class JobProcess:
    """One sandboxed process. `data` is our end of its socket, `output` of its output pipe."""

    def __init__(self, number: int, data: socket.socket, output: int, server: ForkServerProcess) -> None:
        self.number, self.data, self.output, self.server = number, data, output, server
        self.pid = self.pidfd = self.listener = -1
        self.socket_inode = 0  # of its end of the socket
        self.figures = Figures(-1)

    def await_ready(self, deadline: float) -> None:
        """Receive the job's listener and its "ready", and from the kernel the pid of the sender. Raises
        SystemFault."""
        try:
            self.data.settimeout(max(0.001, deadline - time.monotonic()))
            self._expect(b"L")
            self._expect(b"R")
            self.pidfd = os.pidfd_open(self.pid)
            self.figures = Figures(self.pid)
        except OSError as e:
            raise SystemFault(f"a job did not get ready: {e}") from e
        finally:
            self.data.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            self.data.settimeout(None)

    def _expect(self, letter: bytes) -> None:
        received, ancillary, _, _ = self.data.recvmsg(1, socket.CMSG_SPACE(12) + socket.CMSG_SPACE(4))
        self.pid, listeners = sender(ancillary)
        if listeners:
            self.listener = listeners[0]
        if received != letter:
            raise SystemFault(f"a job ended before it was ready: {self._last_words()}")

    def forbidden_call(self) -> str:
        """The name of the forbidden call in which the job waits now; "" if it waits in none."""
        if self.listener >= 0 and select.select([self.listener], [], [], 0)[0]:
            return kernel.notified_call(self.listener)
        return ""

    def _last_words(self) -> str:
        try:
            return os.read(self.output, 4000).decode("utf-8", "replace")
        except OSError:
            return ""

    def limits(self, memory_mb: int, cpu_s: int) -> dict[str, int]:
        """The limits to send to the job: bytes of address space, seconds of CPU time."""
        space = (self.server.base_kb + 2048) * 1024 + memory_mb * 1024 * 1024
        return {"memory_bytes": space, "cpu_s": cpu_s}

    def cpu_ns(self) -> int | None:
        """CPU time (ns) of all its threads, from the kernel's clock of that process; None if it has ended."""
        try:
            return time.clock_gettime_ns((~self.pid << 3) | 2)
        except OSError:
            return None

    def whole_cpu_ns(self, wait_s: float) -> int:
        """CPU time (ns) so far, also of a job that has ended: then the kernel's figure, 0 if it doesn't come
        in this many seconds."""
        now = self.cpu_ns()
        if now is not None:
            return now
        end = self.server.exit_of(self, wait_s)
        return end.cpu_ns if end is not None else 0

    def kill(self) -> None:
        """Send SIGKILL; nothing happens if the job has ended or never got ready."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """Kill the job and close its descriptors."""
        self.kill()
        self.figures.close()
        self.data.close()
        for name in ("output", "pidfd", "listener"):
            fd = getattr(self, name)
            if fd >= 0:
                os.close(fd)
                setattr(self, name, -1)


def sender(ancillary: list[tuple[int, int, bytes]]) -> tuple[int, list[int]]:
    """The sender's pid, which the kernel guarantees, and the descriptors that it sent; -1 without a pid."""
    pid, fds = -1, list[int]()
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", data[:12])[0]
        elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds += struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])
    return pid, fds


def vouching_pair() -> tuple[socket.socket, socket.socket]:
    """A stream socketpair: its first end gets from the kernel the pid of each sender on the second."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    return ours, theirs


class ForkServerProcess:
    """One fork-server, started with a clean environment. It ends when this object is closed."""

    def __init__(self, kind: str, setup: Setup) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = _import_paths()
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-S", "-c", _BOOT, str(theirs.fileno()), kind, *paths],
            env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),), start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self.kind, self.made = kind, 0
        self._lock = threading.Lock()
        self._exits: dict[int, Exit] = {}
        request = {"mode": setup.mode, "uid": setup.uid, "shared": setup.shared, "hide": paths}
        try:
            self._control.send(json.dumps(request).encode())
            self._control.settimeout(READY_WAIT_S)
            reply = self._control.recv(4096)
            self.base_kb = int(json.loads(reply)["base_kb"])
        except (OSError, ValueError, KeyError) as e:
            self.close()
            raise SystemFault(f"the {kind} fork-server did not start in mode {setup.mode}: {e}") from e
        self._control.settimeout(None)

    def start(self, *, warm: bool = False, readable: str = "") -> JobProcess:
        """A newly forked job; call its `await_ready` before use. Raises SystemFault."""
        ours, theirs = vouching_pair()
        read_end, write_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(read_end, False)
        with self._lock:
            self._receive_exits()
            self.made += 1
            job = JobProcess(self.made, ours, read_end, self)
        job.socket_inode = os.fstat(theirs.fileno()).st_ino
        request = {"job": job.number, "warm": warm, "readable": readable}
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno(), write_end])
        except OSError as e:
            job.close()
            raise SystemFault(f"the {self.kind} fork-server has ended: {e}") from e
        finally:
            theirs.close()
            os.close(write_end)
        return job

    def exit_of(self, job: JobProcess, wait_s: float) -> Exit | None:
        """How the job ended, waiting at most `wait_s` seconds for the report; None if none came."""
        deadline = time.monotonic() + wait_s
        while True:
            with self._lock:
                still_open = self._receive_exits()
                if job.number in self._exits:
                    return self._exits.pop(job.number)
            left = deadline - time.monotonic()
            if left <= 0 or not still_open:
                return None
            select.select([self._control], [], [], min(left, 0.05))

    def _receive_exits(self) -> bool:
        """Store every exit reported so far. False if no more reports can come."""
        while select.select([self._control], [], [], 0)[0]:
            try:
                data = self._control.recv(4096)
            except OSError:
                return False
            if not data:
                return False
            report = json.loads(data)
            self._exits[report["job"]] = Exit(report["status"], report["cpu_ns"], report["peak_kb"])
        while len(self._exits) > 64:  # exits that nobody asked for
            del self._exits[min(self._exits)]
        return True

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ends_within(self, wait_s: float) -> bool:
        """Whether it ends within `wait_s` seconds: the ends of its jobs are seen a moment before its own."""
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Close our end of the socket. The fork-server then ends, and its jobs with it."""
        self._control.close()
        try:
            self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _import_paths() -> list[str]:
    """The import path of a fork-server, with our package, numpy and pytest; hidden again before any job.

    Raises SystemFault if numpy is not installed.
    """
    ours = Path(__file__).resolve().parents[2]
    numpy = importlib.util.find_spec("numpy")
    if numpy is None or numpy.origin is None:
        raise SystemFault("numpy is not installed")
    return [str(ours), str(Path(numpy.origin).resolve().parents[1])]
