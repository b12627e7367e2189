"""One grading: the examiner runs the tests in order, we keep the clocks, kill, and give evidence."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.runner.errors import Cancelled, PackFault
from grader.runner.slots import Slot
from grader.runner.test_host import Examiner
from grader.runner.verdicts import judged
from grader.runner.watch import Loss, Watch, log_loss, why_lost
from grader.sandbox.cgroups import prefer_to_kill
from grader.sandbox.errors import SystemFault
from grader.sandbox.processes import JobProcess
from grader.values import Ended, Order, Outcome, TestPlan, Visibility
from grader.values.codec import decode, encode
from grader.wire import Bounds, Channel, Message, WireError

CANDIDATE_WAIT_S = 10.0
GRACE_S = 6.0  # for an examiner to say a test's end after its candidate was ended
LOSSES_IN_A_ROW = 3
CPU_BACKSTOP_S = 2
CANDIDATE_BOUNDS = Bounds(header=1 << 20, body=256 << 20)


OUT_OF_TIME = "the time of the whole grading was used up before this test"
OnOutcome = Callable[[Outcome], None]


class GradingRun:
    """Serves one examiner until it is done; outcomes go out as they come."""

    def __init__(
        self, order: Order, slot: Slot, load: Mapping[str, Any], client: socket.socket | None
    ) -> None:
        self.order, self.slot, self.load, self.client = order, slot, load, client
        self.examiner: Examiner
        self.deadline = time.monotonic() + order.total_s
        self.job: JobProcess | None = None
        self.visibility: Visibility | None = None
        self.watch: Watch | None = None
        self.losses = 0
        self.handing = 0.0
        self.spent = dict.fromkeys(("examiner", "candidates", "student's import and calls"), 0.0)
        self.last_loss: Loss | None = None
        self.coming: list[TestPlan] = []
        self._poll, self._poll_of = select.poll(), list[int]()

    def run(self, examiner: Examiner, kind: str, tests: Sequence[TestPlan], on_outcome: OnOutcome) -> None:
        """Have the examiner run `tests`, told so by a message of this kind. Raises PackFault,
        SystemFault, Cancelled; outcomes already given stand."""
        self.examiner, self.visibility, self.watch = examiner, None, None
        self.coming = list(tests)
        self.slot.keep_near(examiner.pid)
        start = {"tests": [encode(t) for t in tests], "sources": _sources(self.load)}
        left = {t.id for t in tests}

        def ended(outcome: Outcome) -> None:
            left.discard(outcome.id)
            on_outcome(outcome)

        try:
            examiner.channel.send(kind, start, time.monotonic() + CANDIDATE_WAIT_S)
            self._begin_next()
            while self._step(ended):
                pass
        except (WireError, OSError) as e:
            raise PackFault(f"the examiner ended early ({e})") from e
        finally:
            self.end_candidate()
        if left:
            raise PackFault("the examiner was done before its tests were")

    # ------------------------------------------------------------------------ one event

    def _step(self, on_outcome: OnOutcome) -> bool:
        """Wait for the examiner's next word, watching meanwhile; False when it is done."""
        self._await_word()
        said = self.examiner.channel.receive(time.monotonic() + GRACE_S)
        try:
            outcome = self._take(said)
        except (ValueError, TypeError, AttributeError) as e:  # what it said has not the agreed form
            raise PackFault(f"the examiner said {said.kind!r} wrongly: {e}") from e
        if outcome is not None:
            on_outcome(outcome)
        return said.kind != "done"

    def _take(self, said: Message) -> Outcome | None:
        """Do what one word of the examiner asks; the outcome, if it ends a test."""
        match said.kind:
            case "candidate":
                self._hand_out(Visibility(said.value))
            case "clock":
                self._tell_clock()
            case "end":
                return self._end(decode(Ended, said.value))
            case "done":
                pass
            case _:
                raise PackFault(f"the examiner said {said.kind!r}: {said.value!r}"[:4000])
        return None

    def _await_word(self) -> None:
        """Return when the examiner has something to say; raise if it never will."""
        if self.examiner.channel.pending:
            return
        while True:
            for fd, _ in self._polled().poll(self._patience_ms()):
                if fd == self.examiner.socket.fileno():
                    return
                if self.client is not None and fd == self.client.fileno():
                    raise Cancelled
                if self.watch is not None and self.job is not None and fd == self.job.output:
                    self.watch.drain()
            self._enforce()

    def _polled(self) -> select.poll:
        """A poll of all that may say something now, made anew only when that changes."""
        wanted = [self.examiner.socket.fileno()]
        if self.client is not None:
            wanted.append(self.client.fileno())
        if self.job is not None and self.job.output >= 0:
            wanted.append(self.job.output)
        if self.job is not None and self.watch is not None and self.watch.over_since is None:
            wanted.append(self.job.listener)
        if wanted != self._poll_of:
            self._poll, self._poll_of = select.poll(), wanted
            for fd in wanted:
                self._poll.register(fd, select.POLLIN)
        return self._poll

    def _patience_ms(self) -> float:
        until = [self.deadline, *([self.watch.next_look()] if self.watch else [])]
        return max(0.0, min(until) - time.monotonic()) * 1000 + 1

    def _enforce(self) -> None:
        """End the candidate that broke a limit; give up on an examiner that says nothing after."""
        now = time.monotonic()
        if self.watch is not None:
            self.watch.look(now)
            if self.watch.over_since is not None and now > self.watch.over_since + GRACE_S:
                raise PackFault(f"the test went on for {GRACE_S:.0f} s after its limits were used up")
        if now > self.deadline + GRACE_S:
            raise PackFault("the grading went on after its time was used up")
        if now > self.deadline and self.watch is not None:
            self.watch.end("wall limit", f"the whole grading may take {self.order.total_s:g} s", now)

    # ---------------------------------------------------------------------- the four words

    def _begin_next(self) -> None:
        """The next test's clock runs from here; the examiner knows the order as well as we do."""
        if not self.coming:
            return
        plan = self.coming.pop(0)
        if self.visibility is not plan.visibility:
            self.end_candidate()
            self.visibility = plan.visibility
        self.watch = Watch(plan, self.job)

    def _hand_out(self, visibility: Visibility) -> None:
        """A fresh candidate with the files loaded, if one is still to be had."""
        if self.watch is None:
            raise PackFault("the examiner asked for a candidate outside of a test")
        stop = self.losses >= LOSSES_IN_A_ROW or time.monotonic() > self.deadline
        if stop or visibility is not self.watch.plan.visibility or self.watch.loss is not None:
            late = Loss("wall limit", OUT_OF_TIME) if time.monotonic() > self.deadline else None
            self.watch.loss = self.watch.loss or late or self.last_loss
            self.examiner.socket.send(b"N")
            return
        start = time.monotonic()
        self.end_candidate()
        job = self.slot.candidate()
        self.job = job
        self.slot.keep_near(job.pid)
        plans = [t for t in self.order.tests if t.visibility is visibility]
        cpu = math.ceil(sum(t.limits.cpu_s for t in plans)) + CPU_BACKSTOP_S
        limits = job.limits(self.watch.plan.limits.memory_mb, cpu)
        if self.slot.group is not None:
            self.slot.group.limit(self.watch.plan.limits.memory_mb)
            prefer_to_kill(job.pid)
        load = Channel(job.data.fileno(), CANDIDATE_BOUNDS, own=True)
        try:
            load.send("load", {**self.load, **limits}, time.monotonic() + CANDIDATE_WAIT_S)
        except WireError as e:
            raise SystemFault(f"a candidate did not take its files: {e}") from e
        job.data.setblocking(False)
        self.watch.attach(job)
        socket.send_fds(self.examiner.socket, [b"C"], [job.data.fileno()])
        job.data.close()
        self.handing = time.monotonic() - start
        self.spent["candidates"] += self.handing
        if any(t.visibility is not visibility for t in self.order.tests):
            with contextlib.suppress(SystemFault):  # whoever needs it is told
                self.slot.prepare(warm=False)  # the hidden tests' one, while this one computes

    def _tell_clock(self) -> None:
        """The processor time of the candidate's process so far, for a test of what a call costs."""
        if self.watch is None:
            raise PackFault("the examiner asked for the clock outside of a test")
        self._enforce()  # a test that asks without end has limits too
        cpu_ns = self.job.cpu_ns() if self.job is not None else None
        self.examiner.channel.send("clock", {"cpu_ns": cpu_ns}, time.monotonic() + CANDIDATE_WAIT_S)

    def _end(self, ended: Ended) -> Outcome:
        watch = self.watch
        if watch is None or ended.outcome.id != watch.plan.id:
            raise PackFault("the examiner ended a test that was not the one running")
        watch.drain()
        if ended.lost and watch.loss is None and self.job is not None:
            watch.loss = why_lost(self.job, watch)
        if watch.loss is not None and watch.job is not None:  # else no candidate was given any more
            log_loss(watch.plan.id, watch.loss)
        # the examiner waits for a new candidate inside its first call
        self.spent["student's import and calls"] += max(0.0, ended.waited_s - self.handing)
        self.handing = 0.0
        outcome = judged(ended, watch)
        stays = self._serves_next(watch.plan)
        alive = self.job is not None and not ended.lost and watch.loss is None and stays
        if not alive:
            self.end_candidate()
        self.losses = self.losses + 1 if watch.loss is not None else 0
        self.last_loss = watch.loss
        self.watch = None
        self.examiner.channel.send("evidence", {"alive": alive}, time.monotonic() + CANDIDATE_WAIT_S)
        self._begin_next()
        return outcome

    def _serves_next(self, plan: TestPlan) -> bool:
        """Whether the next test may use the same process: same visibility, same memory limit."""
        at = self.order.tests.index(plan) + 1
        following = self.order.tests[at] if at < len(self.order.tests) else plan
        same_memory = following.limits.memory_mb == plan.limits.memory_mb
        return following.visibility is plan.visibility and same_memory

    def end_candidate(self) -> None:
        if self.job is not None:
            self.job.close()
            self.job = None


def _sources(load: Mapping[str, Any]) -> dict[str, str]:
    """The texts of what was handed in, for `student.source`; the files asked for first."""
    files: Mapping[str, bytes] = load["files"]
    names = [n for n in load["names"] if n in files] + [n for n in files if n not in load["names"]]
    return {n: files[n].decode("utf-8-sig", "replace") for n in names}
