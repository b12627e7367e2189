"""The candidate of one grading: one process at a time, with the student's files loaded."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from collections.abc import Mapping
from typing import Any

from grader.runner.slots import Slot
from grader.runner.watch import ENDING_WAIT_S
from grader.sandbox.cgroups import prefer_to_kill
from grader.sandbox.errors import SystemFault
from grader.sandbox.processes import JobProcess
from grader.values import Limits, Order, Visibility
from grader.wire import Bounds, Channel, WireError

LOAD_WAIT_S = 10.0
CPU_BACKSTOP_S = 2
CANDIDATE_BOUNDS = Bounds(header=1 << 20, body=256 << 20)


class Candidates:
    """Starts and ends the candidates of one grading; `job` is the one that lives."""

    def __init__(self, order: Order, slot: Slot) -> None:
        self._order, self._slot = order, slot
        self.job: JobProcess | None = None
        self.start_s = 0.0  # in starting the last one
        self.used_s: dict[str, float] | None = (
            None  # processor time by kind of first message, if it is added up
        )
        self._kind = ""

    def start(
        self, visibility: Visibility, limits: Limits, kind: str, files: Mapping[str, Any]
    ) -> JobProcess:
        """A new candidate, whose first message is this one. Its `data` is for the examiner; close it after
        that. Raises SystemFault."""
        start = time.monotonic()
        self.end()
        self.job, self._kind = self._slot.candidate(), kind
        job = self.job
        self._slot.keep_near(job.pid)
        plans = [t for t in self._order.tests if t.visibility is visibility]
        cpu = math.ceil(sum(t.limits.cpu_s for t in plans)) + CPU_BACKSTOP_S
        message = {**files, "seed": str(self._order.seed), **job.limits(limits.memory_mb, cpu)}
        if self._slot.group is not None:
            self._slot.group.limit(limits.memory_mb)
            prefer_to_kill(job.pid)
        load = Channel(job.data.fileno(), CANDIDATE_BOUNDS, own=True)
        try:
            load.send(kind, message, time.monotonic() + LOAD_WAIT_S)
        except WireError as e:
            raise SystemFault(f"a candidate did not accept its files: {e}") from e
        job.data.setblocking(False)
        self.start_s = time.monotonic() - start
        return job

    def hand_over(self, examiner: socket.socket) -> None:
        """Send the examiner the connection to the candidate that was started."""
        assert self.job is not None
        socket.send_fds(examiner, [b"C"], [self.job.data.fileno()])
        self.job.data.close()

    def prepare_next(self, visibility: Visibility) -> None:
        """Start the next candidate while this one computes, if tests of the other visibility follow."""
        if any(t.visibility is not visibility for t in self._order.tests):
            with contextlib.suppress(SystemFault):  # raised again when it is needed
                self._slot.prepare(warm=False)

    def end(self) -> None:
        """End the one that lives, if one does."""
        if self.job is not None:
            if self.used_s is not None:
                self.used_s[self._kind] += self.job.whole_cpu_ns(ENDING_WAIT_S) / 1e9
            self.job.close()
            self.job = None
