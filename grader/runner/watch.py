"""Measures the time, CPU time, memory and output of one test's candidate, and enforces its limits."""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import dataclass

from grader.logs import emit, events
from grader.runner.delays import Delays
from grader.sandbox.errors import SystemFault
from grader.sandbox.processes import Exit, JobProcess
from grader.values import Evidence, TestPlan, Visibility

LOOK_EVERY_S = 1.0
SHORTEST_LOOK_S = 0.005
ENDING_WAIT_S = 0.1  # its socket closes shortly before it ends
EXIT_WAIT_S = 1.0
PRINTED_KEPT = 64 * 1024
NOT_A_VALUE = "what it sent is not the return value of the call"
_CORES = len(os.sched_getaffinity(0))
_LIMITS = {"cpu limit", "wall limit", "memory limit", "output limit"}
_CHOSEN = {
    "forbidden call": "The code asked the system for something that is not allowed here.",
    "crash": "The process that ran the code crashed.",
    "no answer": "The code ended its process instead of returning a value.",
}
_CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP"}


@dataclass(frozen=True)
class Loss:
    """Why a candidate is gone: `ended` is one of the texts listed in Evidence."""

    ended: str
    detail: str = ""

    def sentence(self, plan: TestPlan) -> str:
        """The message for the student: what happened, and the limit. Of a hidden test without what the code
        could choose: a number or a name may tell what the test gave it."""
        limits = plan.limits
        chosen = _CHOSEN.get(self.ended, "") if self.detail != NOT_A_VALUE else ""
        if chosen and plan.visibility is Visibility.HIDDEN and not plan.own_text:
            return chosen
        match self.ended:
            case "cpu limit":
                return (
                    f"The code used more than {limits.cpu_s:g} s of processor time, the limit of this test."
                )
            case "wall limit":
                rule = self.detail or f"this test may take {limits.wall_s:g} s"
                return f"The code did not return in time: {rule}."
            case "memory limit":
                return f"The code needed more than {limits.memory_mb} MB of memory, the limit of this test."
            case "output limit":
                return f"The code printed more than {limits.output_kb} kB, the limit of this test."
            case "forbidden call":
                return f"The code asked the system for {self.detail}, which is not allowed here."
            case "not run":
                return f"This test was not run: {self.detail}."
            case "crash":
                return f"The process that ran the code crashed ({self.detail})."
        if self.detail == NOT_A_VALUE:
            return f"The process that ran the code still runs, but {NOT_A_VALUE}."
        return f"The code ended its process instead of returning a value ({self.detail})."


class Watch:
    """Measures one candidate during one test, from outside its process, and kills it over a limit."""

    def __init__(self, plan: TestPlan, job: JobProcess | None, delays: Delays) -> None:
        self.plan = plan
        self.job = job
        self.started = time.monotonic()
        self.delays = delays
        if job is not None:
            delays.attach(job.figures)
        self.loss: Loss | None = None
        self.over_since: float | None = None
        self._over_ours = 0.0
        self._wall_s: float | None = None  # the student's seconds, when the test has ended
        self._cpu_start = (job.cpu_ns() if job else 0) or 0
        self._cpu_used = 0
        self._peak_kb = 0
        self._output = bytearray()
        self._printed = 0

    def attach(self, job: JobProcess) -> None:
        """Watch this candidate, which was started during the test."""
        self.job, self._cpu_start = job, job.cpu_ns() or 0
        self.delays.attach(job.figures)

    def next_look(self) -> float:
        """The earliest time (monotonic clock) at which a limit could be broken."""
        now = time.monotonic()
        left = self.plan.limits.wall_s - self.most_wall_used()
        if left <= 0:
            left = self.plan.limits.wall_s - self.wall_used()
        if self.over_since is None and self.job is not None:
            cpu_left = self.plan.limits.cpu_s - self.cpu_ns() / 1e9
            left = min(left, max(cpu_left / _CORES, SHORTEST_LOOK_S))
        return now + min(max(left, SHORTEST_LOOK_S), LOOK_EVERY_S)

    def look(self, now: float) -> None:
        """Compare time, CPU time and system calls with the limits."""
        if self.over_since is not None:
            return
        if self.job is not None and (name := self.job.forbidden_call()):
            self.end("forbidden call", name, now)
        elif self.job is not None and self.cpu_ns() > self.plan.limits.cpu_s * 1e9:
            self.end("cpu limit", "", now)
        elif self.most_wall_used() > self.plan.limits.wall_s and self.wall_used() > self.plan.limits.wall_s:
            self.end("wall limit", "", now)

    def end(self, ended: str, detail: str, now: float) -> None:
        """Kill the candidate for this reason; only the first reason counts."""
        if self.over_since is None:
            self.cpu_ns()
            self._see_peak()
            self.loss = Loss(ended, detail)
            self.over_since, self._over_ours = now, self.delays.seconds()
            if self.job is not None:
                self.job.kill()

    def drain(self) -> None:
        """Read what was printed; over the limit, the candidate is killed."""
        while self.job is not None and self.job.output >= 0:
            try:
                data = os.read(self.job.output, 65536)
            except BlockingIOError:
                return
            if not data:
                os.close(self.job.output)
                self.job.output = -1
                return
            self._printed += len(data)
            self._output += data[: max(0, PRINTED_KEPT - len(self._output))]
            if self._printed > self.plan.limits.output_kb * 1024:
                self.end("output limit", "", time.monotonic())
                return

    def cpu_ns(self) -> int:
        """The CPU time in nanoseconds that the candidate has used in this test."""
        now = self.job.cpu_ns() if self.job is not None and self._wall_s is None else None
        if now is not None:
            self._cpu_used = max(self._cpu_used, now - self._cpu_start)
        return self._cpu_used

    def exited(self, end: Exit) -> None:
        """Store the kernel's figures of an ended candidate."""
        self._cpu_used = max(self._cpu_used, end.cpu_ns - self._cpu_start)
        self._peak_kb = max(self._peak_kb, end.peak_kb)

    def most_wall_used(self) -> float:
        """What `wall_used` is at most, in seconds: without asking the kernel, so it may be called often."""
        return time.monotonic() - self.started

    def wall_used(self) -> float:
        """The student's seconds from the beginning of the test to its end, or until now: without those that
        are ours, see Delays."""
        if self._wall_s is not None:
            return self._wall_s
        return max(0.0, time.monotonic() - self.started - self.delays.seconds())

    def stop(self) -> float:
        """End the measuring; the student's seconds of wall time. What the candidate uses after this belongs
        to the next test."""
        self.cpu_ns()
        self._see_peak()
        self._wall_s = self.wall_used()
        return self._wall_s

    def _see_peak(self) -> None:
        if self.job is not None and self._wall_s is None:
            self._peak_kb = max(self._peak_kb, self.job.figures.peak_kb())

    def asleep_s(self) -> float:
        """The seconds since a limit was reached in which the test neither computed nor waited for a core."""
        if self.over_since is None:
            return 0.0
        return time.monotonic() - self.over_since - (self.delays.seconds() - self._over_ours)

    def printed(self) -> str:
        """The printed text, at most the limit and 64 kB."""
        most = min(self.plan.limits.output_kb * 1024, PRINTED_KEPT)
        return bytes(self._output[:most]).decode("utf-8", "replace")

    def evidence(self) -> Evidence:
        """The measured figures of the test so far."""
        self._see_peak()
        return Evidence(
            cpu_ns=self.cpu_ns(),
            wall_ns=round(self.wall_used() * 1e9),
            peak_memory_kb=self._peak_kb,
            output_bytes=self._printed,
            ended=self.loss.ended if self.loss else "",
            detail=self.loss.detail if self.loss else "",
        )


def log_loss(test: str, loss: Loss) -> None:
    """Log one line for a candidate that is gone; `test` is the id of the row in which it ended."""
    if loss.ended in _LIMITS:
        emit(events.CandidateKilled(test=test, limit=loss.ended))
    elif loss.ended == "forbidden call":
        emit(events.CallRefused(test=test, call=loss.detail))
    else:
        emit(events.CandidateLost(test=test, how=f"{loss.ended}: {loss.detail}"))


def why_lost(job: JobProcess, watch: Watch) -> Loss:
    """Why a candidate that we did not kill gave no answer, from its exit status.

    A candidate that still runs but sent invalid data has given no answer. A limit is named only if it was
    reached: a program may lower its own limits, or end itself by a signal. Raises SystemFault.
    """
    ended = select.select([job.pidfd], [], [], ENDING_WAIT_S)[0]
    end = job.server.exit_of(job, EXIT_WAIT_S) if ended else None
    if end is None:
        if not job.server.alive:
            raise SystemFault("the fork-server of candidates ended")
        return Loss("no answer", NOT_A_VALUE)
    watch.exited(end)
    code = os.waitstatus_to_exitcode(end.status)
    if code >= 0:
        return Loss("no answer", f"exit status {code}")
    name = signal.Signals(-code).name
    if name == "SIGSYS":
        return Loss("forbidden call", name)
    if name in ("SIGXCPU", "SIGKILL") and end.cpu_ns >= watch.plan.limits.cpu_s * 1e9:
        return Loss("cpu limit", name)
    near_limit = end.peak_kb >= 0.9 * (watch.plan.limits.memory_mb * 1024)
    if near_limit and (name == "SIGKILL" or name in _CRASHES):
        return Loss("memory limit", name)
    return Loss("crash", name)
