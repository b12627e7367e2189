"""The process that jobs are forked from: started clean by exec, with one thread and without secrets.

It talks only to the runner, on descriptor 3 (a SOCK_SEQPACKET of JSON messages). The first
message configures it; each later one requests a job and carries the job's two descriptors. It
reports the end of every job with the kernel's figures. It ends when the runner ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.sandbox import filters, kernel
from grader.sandbox.layers import Plan, Sandbox
from grader.values import Mode

CONTROL = 3
DATA = 3  # the descriptor of a job's socket


@dataclass(frozen=True)
class Kind:
    """One kind of job: the module that serves it, the packages it may import later, its filter, and a
    second filter (`seal`) that is added when the runner has the job's listener.

    The module has `prepare()`, called once before any job; `warm()`, called in a job that waits for
    work; and `serve(fd, tighten)`.
    """

    module: str
    packages: tuple[str, ...]
    program: Callable[[], bytes]
    seal: Callable[[], bytes] | None = None


_PYTEST = ("numpy", "pytest", "_pytest", "pluggy", "iniconfig")
KINDS = {
    "candidate": Kind("grader.candidate.main", ("numpy",), filters.candidate, filters.candidate_seal),
    "host": Kind("grader.examiner.test_host", _PYTEST, filters.test_host),
    "reader": Kind("grader.reader.main", (), filters.candidate, filters.candidate_seal),
}


class ForkServer:
    """Forks jobs of one kind on request."""

    def __init__(self, kind: Kind, plan: Plan, module: Any) -> None:
        self.module = module
        self.control = socket.socket(fileno=CONTROL)
        self.sandbox = Sandbox(plan)
        self.program = kind.program()
        self.seal = kind.seal() if kind.seal else b""
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self.pid = os.getpid()
        self.jobs: dict[int, tuple[int, int]] = {}  # pidfd -> (job number, pid)

    def run(self) -> None:
        """Serve until the runner closes its end, then kill every job that is left."""
        self._serve()
        self.jobs.clear()
        self._end_strays()

    def _serve(self) -> None:
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd != self.control.fileno():
                    poll.unregister(fd)
                    self._report(fd)
                elif not self._request(poll):
                    return

    def _request(self, poll: select.poll) -> bool:
        try:
            data, fds, _, _ = socket.recv_fds(self.control, 65536, 2)
        except ConnectionError:
            return False
        if not data:
            return False
        request = json.loads(data)
        pid = self.sandbox.fork()
        if pid == 0:
            self._become_job(request, fds)
        pidfd = os.pidfd_open(pid)
        self.jobs[pidfd] = (request["job"], pid)
        poll.register(pidfd, select.POLLIN)
        for fd in fds:
            os.close(fd)
        return True

    def _report(self, pidfd: int) -> None:
        job, pid = self.jobs.pop(pidfd)
        _, status, usage = os.wait4(pid, 0)
        os.close(pidfd)
        self._end_strays()
        cpu_ns = round((usage.ru_utime + usage.ru_stime) * 1e9)
        self._send({"job": job, "status": status, "cpu_ns": cpu_ns, "peak_kb": usage.ru_maxrss})

    def _end_strays(self) -> None:
        """Kill processes that an ended job left behind; the kernel has made them our children.

        Only a test host may fork, once for each request, and its children should die with it; this is
        for children that do not. With a pid namespace the kernel has killed them already.
        """
        if self.sandbox.plan.mode is Mode.FULL:
            return
        known = {pid for _, pid in self.jobs.values()}
        while strays := set(_children(self.pid)) - known:
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _send(self, message: dict[str, int]) -> None:
        try:
            self.control.send(json.dumps(message).encode())
        except OSError:
            os._exit(0)

    def _become_job(self, request: dict[str, Any], fds: list[int]) -> None:
        """In the forked child: confine the process, report that it is ready, serve, end. Never returns."""
        try:
            data, output = fds
            for source, target in ((data, 60), (output, 61), (self.null, 62), (self.sandbox.ruleset, 63)):
                os.dup2(source, target)
            for source, target in ((62, 0), (61, 1), (61, 2), (60, DATA), (63, 4)):
                os.dup2(source, target)
            os.closerange(5, 1 << 20)
            self.sandbox.ruleset = 4
            _reseed()
            listener = self.sandbox.confine(self.pid, self.program, request.get("readable", ""))
            _send_listener(listener)
            if self.seal:
                kernel.seccomp_load(self.seal)
            if request.get("warm"):
                self.module.warm()
            os.write(DATA, b"R")
        except BaseException:  # our own set-up failed: the runner gets no "ready", and this is the reason
            os.write(2, traceback.format_exc().encode())
            os._exit(1)
        try:
            self.module.serve(DATA, _tighten)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)


def _tighten() -> None:
    """For a job forked from a job: forbid further forks, and die with the parent."""
    kernel.die_with_parent()
    kernel.seccomp_load(filters.examiner())


def _send_listener(listener: int) -> None:
    """Send the filter's listener to the runner, which then gets the notified calls and decides about them."""
    end = socket.socket(fileno=DATA)
    socket.send_fds(end, [b"L"], [listener])
    end.detach()
    os.close(listener)


def _children(pid: int) -> list[int]:
    """Processes whose parent is `pid`, including ended ones that were not waited for yet."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(p) for p in file.read().split()]


def _reseed() -> None:
    """Give this job its own random state; otherwise all forked jobs would share their parent's."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(int.from_bytes(os.urandom(4), "little"))


def main(kind_name: str) -> None:
    """Configure the fork-server from the first message, answer that message, serve. Raises RuntimeError."""
    sys.dont_write_bytecode = True
    kind = KINDS[kind_name]
    module = importlib.import_module(kind.module)
    module.prepare()
    control = socket.socket(fileno=CONTROL)
    setup = json.loads(control.recv(65536))
    control.detach()
    plan = Plan(Mode(setup["mode"]), kind.packages, setup["uid"], tuple(setup["shared"]))
    kernel.keep_freed_memory()
    sys.path[:] = [p for p in sys.path if p not in setup["hide"]]
    threads = len(os.listdir("/proc/self/task"))
    try:
        server = ForkServer(kind, plan, module)
    except OSError as e:
        sys.exit(f"fork-server: mode {plan.mode} is not possible here ({e})")
    if threads != 1:
        raise RuntimeError(f"a fork-server has {threads} threads; it must have one")
    gc.collect()
    gc.freeze()
    server.pid = os.getpid()
    kernel.adopt_orphans()
    server._send({"ready": 1, "base_kb": server.sandbox.base_kb})
    server.run()
