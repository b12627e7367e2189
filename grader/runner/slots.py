"""Slots: each has a fork-server for candidates, and prepares its next candidate in advance."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from grader.logs import emit, events
from grader.sandbox.cgroups import CgroupFolder, Group
from grader.sandbox.errors import SystemFault
from grader.sandbox.layers import JOB_UID
from grader.sandbox.processes import ForkServerProcess, JobProcess, Setup

JOBS_PER_SERVER = 1000
READY_WAIT_S = 10.0


class Slot:
    """A slot for gradings: one fork-server, used by one grading at a time."""

    def __init__(
        self,
        number: int,
        setup: Setup,
        server: ForkServerProcess | None = None,
        place: CgroupFolder | None = None,
    ) -> None:
        self.number, self._place = number, place
        self._setup = setup if setup.uid is None else replace(setup, uid=JOB_UID + number)
        self._server = server or ForkServerProcess("candidate", self._setup)
        self.group = self._grouped()
        self._prepared: JobProcess | None = None
        self.core: int | None = None

    def keep_near(self, pid: int) -> None:
        """Keep a process on this slot's core. An examiner and its candidate run in turns, and waking
        another core would cost more time than most calls."""
        if self.core is not None:
            with contextlib.suppress(OSError):  # it may have ended, or we may not be allowed to
                os.sched_setaffinity(pid, {self.core})

    def prepare(self, *, warm: bool) -> None:
        """Fork the next candidate in advance; `warm` costs CPU time now and saves some in the next call."""
        if self._prepared is None:
            self._prepared = self._server.start(warm=warm)

    def candidate(self) -> JobProcess:
        """A new confined candidate. Raises SystemFault."""
        if self._prepared is None:
            self.prepare(warm=False)
        job, self._prepared = self._prepared, None
        assert job is not None
        try:
            if job.pid < 0:
                job.await_ready(time.monotonic() + READY_WAIT_S)
        except SystemFault:
            job.close()
            raise
        return job

    def renew(self) -> None:
        """Between gradings: a fresh fork-server after many jobs (addresses and hash seeds age), or
        if it died."""
        if self._server.made >= JOBS_PER_SERVER or not self._server.alive:
            if self._prepared is not None:
                self._prepared.close()
                self._prepared = None
            died = not self._server.alive
            self._end_server()
            self._server = ForkServerProcess("candidate", self._setup)
            emit(events.ForkServerRenewed(kind="candidate", died=died))
            self.group = self._grouped()

    def _grouped(self) -> Group | None:
        """The fork-server's cgroup, None if cgroups can't be used."""
        if self._place is None:
            return None
        try:
            return Group(self._place, f"gradecheck-{os.getpid()}-{self._server.pid}", self._server.pid)
        except OSError:
            return None

    def _end_server(self) -> None:
        self._server.close()
        if self.group is not None:
            self.group.close()

    def close(self) -> None:
        if self._prepared is not None:
            self._prepared.close()
        self._end_server()


class Slots:
    """All slots of a runner; a grading borrows one."""

    def __init__(
        self, count: int, setup: Setup, first: ForkServerProcess, place: CgroupFolder | None
    ) -> None:
        """`first` is a running fork-server of this setup; `place` is the folder where cgroups may be
        made."""
        self._free: queue.LifoQueue[Slot] = queue.LifoQueue()
        with ThreadPoolExecutor(max(1, count - 1)) as pool:
            others = [pool.submit(Slot, n, setup, None, place) for n in range(1, count)]
            self._all = [Slot(0, setup, first, place), *(slot.result() for slot in others)]
        cores = sorted(os.sched_getaffinity(0))
        for slot in self._all:
            if count <= len(cores):  # else several slots would share a core while another is idle
                slot.core = cores[slot.number]
            slot.prepare(warm=True)
            self._free.put(slot)
        self._waiting = 0
        self._bulk = threading.BoundedSemaphore(max(1, count - 1))
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        return len(self._all)

    @property
    def free(self) -> int:
        return self._free.qsize()

    @property
    def idle(self) -> bool:
        """Whether no grading waits for a slot."""
        return self._waiting == 0

    @contextlib.contextmanager
    def borrow(self, *, bulk: bool = False) -> Iterator[Slot]:
        """A slot for one grading; waits until one is free. Bulk work never holds all slots, unless there is
        only one."""
        with self._bulk if bulk else contextlib.nullcontext(), self._borrow() as slot:
            yield slot

    @contextlib.contextmanager
    def _borrow(self) -> Iterator[Slot]:
        with self._lock:
            self._waiting += 1
        slot = self._free.get()
        with self._lock:
            self._waiting -= 1
            idle = self._waiting == 0
        try:
            yield slot
        finally:
            with contextlib.suppress(SystemFault):  # the next grading that needs it raises the error
                slot.renew()
                slot.prepare(warm=idle)
            self._free.put(slot)

    def close(self) -> None:
        with ThreadPoolExecutor(len(self._all)) as pool:
            list(pool.map(Slot.close, self._all))
