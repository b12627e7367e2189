"""Fork-servers and their jobs, seen from the runner: started, watched, measured, ended."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
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
from grader.values import Mode

READY_WAIT_S = 20.0
_PEAK = re.compile(rb"^VmHWM:\s*(\d+) kB", re.M)
_BOOT = (
    "import os,sys; n=int(sys.argv[1]); os.dup2(n,3); os.closerange(4,1<<20); sys.path[:0]=sys.argv[3:]; "
    "from grader.sandbox.fork_server import main; main(sys.argv[2])"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Exit:
    """How a job ended, from the kernel: wait status, CPU ns, peak resident kB."""

    status: int
    cpu_ns: int
    peak_kb: int


@dataclass(frozen=True)
class Setup:
    """How fork-servers of a runner set their jobs up."""

    mode: Mode
    uid: int | None = None
    shared: tuple[str, ...] = ()


class JobProcess:
    """One sandboxed process. `data` is our end of its socket, `output` of its output pipe."""

    def __init__(self, number: int, data: socket.socket, output: int, server: ForkServerProcess) -> None:
        self.number, self.data, self.output, self.server = number, data, output, server
        self.pid = self.pidfd = self.listener = -1

    def await_ready(self, deadline: float) -> None:
        """Take the job's listener and its "ready", and from the kernel who sent them. Raises
        SystemFault."""
        try:
            self.data.settimeout(max(0.001, deadline - time.monotonic()))
            self._expect(b"L")
            self._expect(b"R")
            self.pidfd = os.pidfd_open(self.pid)
        except OSError as e:
            raise SystemFault(f"a job did not get ready: {e}") from e
        finally:
            self.data.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            self.data.settimeout(None)

    def _expect(self, letter: bytes) -> None:
        said, ancillary, _, _ = self.data.recvmsg(1, socket.CMSG_SPACE(12) + socket.CMSG_SPACE(4))
        self.pid, listeners = sender(ancillary)
        if listeners:
            self.listener = listeners[0]
        if said != letter:
            raise SystemFault(f"a job ended before it was ready: {self._last_words()}")

    def forbidden_call(self) -> str:
        """The name of the call on no list that the job now waits in; "" if it waits in none."""
        if self.listener >= 0 and select.select([self.listener], [], [], 0)[0]:
            return kernel.notified_call(self.listener)
        return ""

    def _last_words(self) -> str:
        try:
            return os.read(self.output, 4000).decode("utf-8", "replace")
        except OSError:
            return ""

    def limits(self, memory_mb: int, cpu_s: int) -> dict[str, int]:
        """What to tell the job of its limits: bytes of address space, seconds of CPU."""
        space = (self.server.base_kb + 2048) * 1024 + memory_mb * 1024 * 1024
        return {"memory_bytes": space, "cpu_s": cpu_s}

    def cpu_ns(self) -> int | None:
        """CPU time of all its threads by the kernel's clock of that process; None once it ended."""
        try:
            return time.clock_gettime_ns((~self.pid << 3) | 2)
        except OSError:
            return None

    def peak_kb(self) -> int:
        """Peak resident memory in kB; 0 once it ended."""
        try:
            with open(f"/proc/{self.pid}/status", "rb", buffering=0) as file:
                found = _PEAK.search(file.read(8192))
        except OSError:
            return 0
        return int(found[1]) if found else 0

    def kill(self) -> None:
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """End it and forget it."""
        self.kill()
        self.data.close()
        for name in ("output", "pidfd", "listener"):
            fd = getattr(self, name)
            if fd >= 0:
                os.close(fd)
                setattr(self, name, -1)


def sender(ancillary: list[tuple[int, int, bytes]]) -> tuple[int, list[int]]:
    """The sender's pid as the kernel vouches for it, and the descriptors it sent."""
    pid, fds = -1, list[int]()
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", data[:12])[0]
        elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds += struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])
    return pid, fds


def vouching_pair() -> tuple[socket.socket, socket.socket]:
    """A stream socketpair whose first end learns who sends on the second."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    return ours, theirs


class ForkServerProcess:
    """One fork-server, exec'ed with a clean environment; it ends when this handle closes."""

    def __init__(self, kind: str, setup: Setup) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = _import_paths()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, str(theirs.fileno()), kind, *paths],
            env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),), start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self.kind, self.made = kind, 0
        self._lock = threading.Lock()
        self._exits: dict[int, Exit] = {}
        order = {"mode": setup.mode, "uid": setup.uid, "shared": setup.shared, "hide": paths}
        try:
            self._control.send(json.dumps(order).encode())
            self._control.settimeout(READY_WAIT_S)
            hello = self._control.recv(4096)
            self.base_kb = int(json.loads(hello)["base_kb"])
        except (OSError, ValueError, KeyError) as e:
            self.close()
            raise SystemFault(f"the {kind} fork-server did not start in mode {setup.mode}: {e}") from e
        self._control.settimeout(None)

    def start(self, *, warm: bool = False, readable: str = "") -> JobProcess:
        """Have a job forked; `await_ready` it before use. Raises SystemFault."""
        ours, theirs = vouching_pair()
        read_end, write_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(read_end, False)
        with self._lock:
            self._take_all_news()
            self.made += 1
            job = JobProcess(self.made, ours, read_end, self)
        order = {"job": job.number, "warm": warm, "readable": readable}
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], [theirs.fileno(), write_end])
        except OSError as e:
            job.close()
            raise SystemFault(f"the {self.kind} fork-server is gone: {e}") from e
        finally:
            theirs.close()
            os.close(write_end)
        return job

    def exit_of(self, job: JobProcess, wait_s: float) -> Exit | None:
        """How the job ended, waiting at most `wait_s` for the news; None if there is none."""
        deadline = time.monotonic() + wait_s
        while True:
            with self._lock:
                open_still = self._take_all_news()
                if job.number in self._exits:
                    return self._exits.pop(job.number)
            left = deadline - time.monotonic()
            if left <= 0 or not open_still:
                return None
            select.select([self._control], [], [], min(left, 0.05))

    def _take_all_news(self) -> bool:
        """Note every end reported so far; False once no more can come."""
        while select.select([self._control], [], [], 0)[0]:
            try:
                news = self._control.recv(4096)
            except OSError:
                return False
            if not news:
                return False
            said = json.loads(news)
            self._exits[said["job"]] = Exit(said["status"], said["cpu_ns"], said["peak_kb"])
        while len(self._exits) > 64:  # ends that nobody asked after
            del self._exits[min(self._exits)]
        return True

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ends_within(self, wait_s: float) -> bool:
        """Whether it ends by then: its jobs' ends are seen a moment before its own."""
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Close our end, which ends it and, with it, its jobs."""
        self._control.close()
        try:
            self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _import_paths() -> list[str]:
    """Where the fork-server finds our package, numpy and pytest; hidden again before any job."""
    ours = Path(__file__).resolve().parents[2]
    numpy = importlib.util.find_spec("numpy")
    if numpy is None or numpy.origin is None:
        raise SystemFault("numpy is not installed")
    return [str(ours), str(Path(numpy.origin).resolve().parents[1])]
