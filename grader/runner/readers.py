"""Jobs that read and render uploaded packs: few at a time, with limits, and never in a slot of gradings."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Any

from grader.runner.errors import PackFault
from grader.sandbox.errors import SystemFault
from grader.sandbox.processes import ForkServerProcess, JobProcess, Setup
from grader.wire import RUNNER_BOUNDS, Channel, WireError

MOST = 2  # readers at a time: hostile packs of several authors must not take all cores
QUEUE_WAIT_S = 20.0
READY_WAIT_S = 10.0
CPU_S = 10
MEMORY_MB = 512
WALL_S = 60.0  # only a backstop: a job that computes ends by its CPU limit
JOBS_PER_SERVER = 1000
NICE = 5  # gradings come first


class Readers:
    """The fork-server of readers, started when the first pack is to be read."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._server: ForkServerProcess | None = None
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)

    def read(self, data: bytes) -> Any:
        """The reading of the pack in this zip, as plain values that nobody has checked. Raises PackFault if
        the job reached a limit or broke, SystemFault if none could be started."""
        if not self._places.acquire(timeout=QUEUE_WAIT_S):
            raise SystemFault("other packs are being read; try again in a moment")
        try:
            job = self._start()
            try:
                return self._answer(job, data)
            finally:
                job.close()
        finally:
            self._places.release()

    def _start(self) -> JobProcess:
        with self._lock:
            server = self._server
            if server is not None and (not server.alive or server.made >= JOBS_PER_SERVER):
                server.close()
                server = None
            self._server = server = server or ForkServerProcess("reader", self._setup)
            job = server.start()
        try:
            job.await_ready(time.monotonic() + READY_WAIT_S)
        except SystemFault:
            job.close()
            raise
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, job.pid, NICE)
        return job

    def _answer(self, job: JobProcess, data: bytes) -> Any:
        channel = Channel(job.data.fileno(), RUNNER_BOUNDS, own=True)
        deadline = time.monotonic() + WALL_S
        try:
            job.data.setblocking(False)
            channel.send("read", {"zip": data, **job.limits(MEMORY_MB, CPU_S)}, deadline)
            return channel.receive(deadline).value
        except WireError:
            raise PackFault(_last_phase(job)) from None

    def close(self) -> None:
        """End the fork-server and its jobs."""
        with self._lock:
            if self._server is not None:
                self._server.close()
                self._server = None


def _last_phase(job: JobProcess) -> str:
    """What the job said last, at most 100 characters: it names what it was reading."""
    try:
        lines = os.read(job.output, 4000).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return lines[-1][:100] if lines else ""
