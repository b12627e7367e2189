"""The process that jobs are forked from: exec'ed clean, single-threaded, holding no secret.

It speaks on descriptor 3 (a SOCK_SEQPACKET of JSON messages) with the runner alone. A first
message sets it up; each later one asks for a job and carries the job's two descriptors. It
reports every job's end with the kernel's accounting. When the runner goes, it goes.
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
DATA = 3  # where a job finds its socket


@dataclass(frozen=True)
class Kind:
    """One kind of job: the module that serves it, what it may import late, its filter, and
    what is stacked on that once the job's listener is with the runner.

    The module offers `prepare()`, called once before any job, `warm()`, called in a job
    that waits for work, and `serve(fd, tighten)`.
    """

    module: str
    packages: tuple[str, ...]
    program: Callable[[], bytes]
    seal: Callable[[], bytes] | None = None


_PYTEST = ("numpy", "pytest", "_pytest", "pluggy", "iniconfig")
KINDS = {
    "candidate": Kind("grader.candidate.main", ("numpy",), filters.candidate, filters.candidate_seal),
    "host": Kind("grader.examiner.test_host", _PYTEST, filters.test_host),
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
        """Serve until the runner closes its end; leave nothing behind."""
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
        order = json.loads(data)
        pid = self.sandbox.fork()
        if pid == 0:
            self._become_job(order, fds)
        pidfd = os.pidfd_open(pid)
        self.jobs[pidfd] = (order["job"], pid)
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
        self._say({"job": job, "status": status, "cpu_ns": cpu_ns, "peak_kb": usage.ru_maxrss})

    def _end_strays(self) -> None:
        """Kill what an ended job left behind and what became our child by that.

        Only a test host may fork at all, once a request, and what it forks should die with it;
        this is for one that does not. With a pid namespace the kernel has done it already.
        """
        if self.sandbox.plan.mode is Mode.FULL:
            return
        known = {pid for _, pid in self.jobs.values()}
        while strays := set(_children(self.pid)) - known:
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _say(self, message: dict[str, int]) -> None:
        try:
            self.control.send(json.dumps(message).encode())
        except OSError:
            os._exit(0)

    def _become_job(self, order: dict[str, Any], fds: list[int]) -> None:
        """The forked child: confine, say ready, serve, end. Never returns."""
        try:
            data, output = fds
            for source, target in ((data, 60), (output, 61), (self.null, 62), (self.sandbox.ruleset, 63)):
                os.dup2(source, target)
            for source, target in ((62, 0), (61, 1), (61, 2), (60, DATA), (63, 4)):
                os.dup2(source, target)
            os.closerange(5, 1 << 20)
            self.sandbox.ruleset = 4
            _reseed()
            listener = self.sandbox.confine(self.pid, self.program, order.get("readable", ""))
            _pass_on(listener)
            if self.seal:
                kernel.seccomp_load(self.seal)
            if order.get("warm"):
                self.module.warm()
            os.write(DATA, b"R")
        except BaseException:  # our own set-up failed; the missing "ready" says so, this says why
            os.write(2, traceback.format_exc().encode())
            os._exit(1)
        try:
            self.module.serve(DATA, _tighten)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)


def _tighten() -> None:
    """What a job forked from a job adds: no fork any more, and it dies with its parent."""
    kernel.die_with_parent()
    kernel.seccomp_load(filters.examiner())


def _pass_on(listener: int) -> None:
    """Give the filter's listener to the runner: who holds it sees and decides the notified calls."""
    end = socket.socket(fileno=DATA)
    socket.send_fds(end, [b"L"], [listener])
    end.detach()
    os.close(listener)


def _children(pid: int) -> list[int]:
    """Processes whose parent is `pid`, ended ones not yet reaped among them."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(p) for p in file.read().split()]


def _reseed() -> None:
    """Forked jobs would else share their parent's random state."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(int.from_bytes(os.urandom(4), "little"))


def main(kind_name: str) -> None:
    """Set up from the first message, answer it, serve."""
    sys.dont_write_bytecode = True
    kind = KINDS[kind_name]
    module = importlib.import_module(kind.module)
    module.prepare()
    control = socket.socket(fileno=CONTROL)
    order = json.loads(control.recv(65536))
    control.detach()
    plan = Plan(Mode(order["mode"]), kind.packages, order["uid"], tuple(order["shared"]))
    kernel.keep_freed_memory()
    sys.path[:] = [p for p in sys.path if p not in order["hide"]]
    threads = len(os.listdir("/proc/self/task"))
    try:
        server = ForkServer(kind, plan, module)
    except OSError as e:
        sys.exit(f"fork-server: mode {plan.mode} is not to be had here ({e})")
    if threads != 1:
        raise RuntimeError(f"a fork-server has {threads} threads; it must have one")
    gc.collect()
    gc.freeze()
    server.pid = os.getpid()
    kernel.adopt_orphans()
    server._say({"ready": 1, "base_kb": server.sandbox.base_kb})
    server.run()
