"""The service of a runner: grades orders, collects tests, scans and mutates files, reads uploaded packs."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.runner.candidates import CANDIDATE_BOUNDS
from grader.runner.errors import HostBroken, OwnTimeUsed, PackFault
from grader.runner.grading import GradingRun, OnOutcome
from grader.runner.loading import load_of, solution_of
from grader.runner.pack_cache import PackCache
from grader.runner.readers import Readers
from grader.runner.settling import Again, Held, Run, all_passed
from grader.runner.slots import Slot, Slots
from grader.runner.test_host import TestHost
from grader.runner.test_hosts import Hosts
from grader.sandbox.errors import SystemFault
from grader.values import Cause, Collected, Mode, Order, Outcome, PackFiles, TestPlan, Verdict
from grader.wire import Channel, WireError

SCAN_WAIT_S = 5.0
MUTATE_WAIT_S = 20.0
REHEARSAL_S = 20.0
HOST_TRIES = 3


@dataclass
class Timings:
    """(stage, milliseconds), in the order of time."""

    stages: list[tuple[str, float]] = field(default_factory=list)
    _last: float = field(default_factory=time.monotonic)

    def mark(self, stage: str) -> None:
        now = time.monotonic()
        self.stages.append((stage, (now - self._last) * 1000))
        self._last = now

    def add(self, spent: Mapping[str, float]) -> None:
        """Add other figures, seconds by name: they are parts of no stage."""
        self.stages += [(name, seconds * 1000) for name, seconds in spent.items()]

    def split(self, stage: str, spent: Mapping[str, float]) -> None:
        """Replace a stage by its parts (seconds by name), and the time that remains of it."""
        at = next(i for i, (name, _) in enumerate(self.stages) if name == stage)
        parts = [(name, seconds * 1000) for name, seconds in spent.items()]
        remaining = self.stages[at][1] - sum(ms for _, ms in parts)
        self.stages[at : at + 1] = [*parts, ("pytest, comparisons, evidence", max(0.0, remaining))]


class Service:
    """A runner without its socket."""

    def __init__(self, mode: Mode, packs: PackCache, hosts: Hosts, slots: Slots, readers: Readers) -> None:
        self.mode, self.packs, self.hosts, self.slots = mode, packs, hosts, slots
        self.readers = readers
        self._ending = False

    def grade(self, order: Order, on_outcome: OnOutcome, client: socket.socket | None) -> Timings:
        """Grade the order; `on_outcome` is called with each outcome, in the order of the tests. Raises
        PackFault (no test could be run), SystemFault, Cancelled."""
        timings = Timings()
        pack = self.packs.get(order.pack.digest)
        if pack is None:
            raise SystemFault("the pack was dropped from the cache")
        with self.slots.borrow(bulk=order.bulk) as slot:
            timings.mark("wait for a slot")
            while not self._ready(order, slot, pack, timings):
                pass
            grading = GradingRun(order, slot, load_of(order, dict(order.files), pack), client)
            held = Held(on_outcome)
            self._run(grading, pack, held.take)
            timings.mark("tests")
            timings.split("tests", grading.spent)
            timings.add(grading.for_lines.timings())
            if held.outcomes:
                self._settle(held, grading, pack)
                timings.mark("tests that stopped, again")
        return timings

    def _ready(self, order: Order, slot: Slot, pack: PackFiles, timings: Timings) -> bool:
        """Check that the pack has the order's tests, and rehearse them if that is to be done. False if
        another grading broke the host meanwhile. Raises PackFault, SystemFault."""
        try:
            with self.hosts.borrow(pack.digest) as host:
                timings.mark("test host")
                missing = [t.id for t in order.tests if t.id not in host.collected.items]
                if host.collected.errors or missing:
                    raise PackFault(_collection_faults(host.collected, missing))
                if order.rehearse and self._rehearse(host, slot, order, pack):
                    timings.mark("rehearsal")
        except HostBroken:
            return False
        return True

    def _settle(self, held: Held, grading: GradingRun, pack: PackFiles) -> None:
        """Find out whose fault it is that tests stopped, and pass their outcomes on."""
        order, solution = grading.order, solution_of(pack)

        def run(files: Mapping[str, bytes]) -> Run:
            def again(plans: Sequence[TestPlan]) -> Again:
                return self._again(replace(order, tests=tuple(plans)), files, grading, pack)

            return again

        proven = order.proven and not grading.own_used_up
        right = all_passed if proven else run(solution) if solution else None
        unknown = set() if right else grading.own_used_up  # without a solution nobody knows whose fault it is
        ends = {row: end for row, end in grading.ended.items() if row not in unknown}
        held.settle(ends, order.tests, right, run(dict(order.files)))

    def _again(self, order: Order, files: Mapping[str, bytes], first: GradingRun, pack: PackFiles) -> Again:
        """The order's tests with these files, in processes of their own."""
        outcomes: dict[str, Outcome] = {}
        run = GradingRun(order, first.slot, load_of(order, files, pack), first.client)
        if files == dict(first.order.files):
            run.own.past_s = first.own.past_s  # with the student's files, it belongs to the same grading
        else:
            run.own.given = first.own.stricter()
        self._run(run, pack, lambda outcome: outcomes.update({outcome.id: outcome}))
        return Again(outcomes, run.ended)

    def prepare_next(self, order: Order) -> None:
        """After a grading, while no other one waits: fork the pack's next examiner in advance."""
        if order.rehearse and self.slots.idle:
            with contextlib.suppress(PackFault, SystemFault), self.hosts.borrow(order.pack.digest) as host:
                host.prepare()

    def collect(self, pack: PackFiles) -> Collected:
        """What pytest collects from a cached pack. Raises PackFault, SystemFault."""
        with self.hosts.borrow(pack.digest) as host:
            return host.collected

    def _rehearse(self, host: TestHost, slot: Slot, order: Order, pack: PackFiles) -> bool:
        """Run the tests once against the solution, in the host itself, to warm what gradings
        share. False if it was done before. Raises PackFault, SystemFault."""
        files = solution_of(pack)
        with host.alone():
            if host.rehearsed or not files:
                return False
            rehearsal = replace(order, total_s=REHEARSAL_S, explain=False)
            grading = GradingRun(rehearsal, slot, load_of(order, files, pack), None)
            with contextlib.closing(host.rehearsal()) as examiner:
                grading.run(examiner, "rehearse", order.tests, lambda outcome: None)
            host.rehearsed = True
            return True

    def _run(self, grading: GradingRun, pack: PackFiles, on_outcome: OnOutcome) -> None:
        """Run every test once. If an examiner is lost, a new one continues after the test that lost it; one
        that could not be forked has lost no test."""
        remaining: Sequence[TestPlan] = grading.order.tests
        tries = 0

        def done(outcome: Outcome) -> None:
            nonlocal remaining
            if self._ending:  # jobs end because the runner ends them
                raise SystemFault("the runner is ending")
            remaining = [t for t in remaining if t.id != outcome.id]
            on_outcome(outcome)

        while remaining:
            try:
                with self.hosts.borrow(pack.digest) as host:
                    used = self._run_with(grading, host, remaining, done)
                if used is not None and grading.turn is not None:
                    done(grading.lost_own_time(grading.turn.plan, used))
            except HostBroken:  # by another grading, while this one waited for it
                continue
            except PackFault as e:
                tries += 1
                running = [t for t in remaining if grading.turn and t.id == grading.turn.plan.id]
                lost = remaining if tries >= HOST_TRIES else running
                for plan in lost:
                    done(Outcome(plan.id, Verdict.INTERNAL, cause=Cause.PACK, detail=str(e)))

    def _run_with(
        self, grading: GradingRun, host: TestHost, tests: Sequence[TestPlan], done: OnOutcome
    ) -> OwnTimeUsed | None:
        """Run these tests with one examiner; what ended it early, if a test used up its own time."""
        start = time.monotonic()
        examiner = host.examiner()
        grading.spent["examiner"] += time.monotonic() - start
        try:
            grading.run(examiner, "grade", tests, done)
        except OwnTimeUsed as e:
            return e
        finally:
            examiner.close()
        return None

    def scan(self, files: Sequence[tuple[str, bytes]]) -> Any:
        """The facts of each file, from parsing it in a candidate. Raises SystemFault."""
        try:
            return self._parsed("scan", {"files": [list(f) for f in files]}, SCAN_WAIT_S)
        except WireError as e:
            return [_unreadable(name, e) for name, _ in files]

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> Any:
        """Mutants of these files, made in a candidate; none if the candidate crashes or takes too
        long. Raises SystemFault."""
        try:
            request = {"files": [list(f) for f in files], "most": most}
            return self._parsed("mutate", request, MUTATE_WAIT_S)
        except WireError:
            return {"possible": 0, "mutants": []}

    def _parsed(self, kind: str, request: Mapping[str, Any], wait_s: float) -> Any:
        """The answer of a new candidate that parses files. Raises SystemFault, WireError."""
        with self.slots.borrow(bulk=kind == "mutate") as slot:  # only pack checks ask for mutants
            job = slot.candidate()
            try:
                channel = Channel(job.data.fileno(), CANDIDATE_BOUNDS)
                sender = Channel(job.data.fileno(), CANDIDATE_BOUNDS, own=True)
                deadline = time.monotonic() + wait_s
                sender.send(kind, {**request, **job.limits(256, math.ceil(wait_s))}, deadline)
                return channel.receive(deadline).value
            finally:
                job.close()

    def close(self) -> None:
        """End all jobs. Gradings in progress fail by our fault, so they are tried again."""
        self._ending = True
        self.readers.close()
        self.hosts.close()
        self.slots.close()


def _collection_faults(collected: Collected, missing: Sequence[str]) -> str:
    faults = [*collected.errors, *(f"tests/ has no test function {name}" for name in missing)]
    return "\n\n".join(f for f in faults if f.strip())


def _unreadable(name: str, e: Exception) -> dict[str, Any]:
    """The facts of a file on which the candidate's parser crashed or took too long."""
    return {"name": name, "error": f"the file can't be read as Python within {SCAN_WAIT_S:g} s ({e})"}
