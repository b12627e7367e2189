"""What a runner does for its clients: grade an order, scan files, say how it is."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.runner.errors import PackFault
from grader.runner.grading import CANDIDATE_BOUNDS, GradingRun, OnOutcome
from grader.runner.pack_cache import PackCache
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
    """Milliseconds by stage, in the order in which they were spent."""

    stages: list[tuple[str, float]] = field(default_factory=list)
    _last: float = field(default_factory=time.monotonic)

    def mark(self, stage: str) -> None:
        now = time.monotonic()
        self.stages.append((stage, (now - self._last) * 1000))
        self._last = now

    def split(self, stage: str, spent: Mapping[str, float]) -> None:
        """Replace a stage by the seconds it is known to hold, and what is left of it."""
        at = next(i for i, (name, _) in enumerate(self.stages) if name == stage)
        parts = [(name, seconds * 1000) for name, seconds in spent.items()]
        rest = self.stages[at][1] - sum(ms for _, ms in parts)
        self.stages[at : at + 1] = [*parts, ("pytest, comparisons, evidence", max(0.0, rest))]


class Service:
    """All of a runner behind its socket."""

    def __init__(self, mode: Mode, packs: PackCache, hosts: Hosts, slots: Slots) -> None:
        self.mode, self.packs, self.hosts, self.slots = mode, packs, hosts, slots
        self._ending = False

    def grade(self, order: Order, on_outcome: OnOutcome, client: socket.socket | None) -> Timings:
        """Grade; outcomes in the order's order. Raises PackFault (nothing could be run),
        SystemFault, Cancelled."""
        timings = Timings()
        pack = self.packs.get(order.pack.digest)
        if pack is None:
            raise SystemFault("the pack was dropped meanwhile")
        with self.slots.borrow() as slot:
            timings.mark("wait for a slot")
            with self.hosts.borrow(pack.digest) as host:
                timings.mark("test host")
                missing = [t.id for t in order.tests if t.id not in host.collected.items]
                if host.collected.errors or missing:
                    raise PackFault(_collection_faults(host.collected, missing))
                if order.rehearse and self._rehearse(host, slot, order, pack):
                    timings.mark("rehearsal")
            grading = GradingRun(order, slot, load(dict(order.files), order.names, pack), client)
            self._run(grading, pack, on_outcome)
            timings.mark("tests")
            timings.split("tests", grading.spent)
        return timings

    def prepare_next(self, order: Order) -> None:
        """After a grading, while nobody waits: have the pack's next examiner forked already."""
        if order.rehearse and self.slots.idle:
            with contextlib.suppress(PackFault, SystemFault), self.hosts.borrow(order.pack.digest) as host:
                host.prepare()

    def collect(self, pack: PackFiles) -> Collected:
        """What pytest finds in a pack that is in the cache. Raises PackFault, SystemFault."""
        with self.hosts.borrow(pack.digest) as host:
            return host.collected

    def _rehearse(self, host: TestHost, slot: Slot, order: Order, pack: PackFiles) -> bool:
        """Run the tests once against the solution, in the host itself, to warm what gradings
        share; False if that was done before. Raises PackFault."""
        files = {p.removeprefix("solution/"): data for p, data in pack.files if p.startswith("solution/")}
        with host.busy:
            if host.rehearsed or not files:
                return False
            host.rehearsed = True
            practice = replace(order, total_s=REHEARSAL_S)
            grading = GradingRun(practice, slot, load(files, order.names, pack), None)
            grading.run(host.rehearsal(), "rehearse", order.tests, lambda outcome: None)
            return True

    def _run(self, grading: GradingRun, pack: PackFiles, on_outcome: OnOutcome) -> None:
        """Every test once; after an examiner is lost a new one goes on behind the test that lost it."""
        left: Sequence[TestPlan] = grading.order.tests
        tries = 0

        def done(outcome: Outcome) -> None:
            nonlocal left
            if self._ending:  # then jobs end because of us
                raise SystemFault("the runner is ending")
            left = [t for t in left if t.id != outcome.id]
            on_outcome(outcome)

        while left:
            try:
                with self.hosts.borrow(pack.digest) as host:
                    self._run_with(grading, host, left, done)
            except PackFault as e:
                tries += 1
                lost = left if tries >= HOST_TRIES else left[:1]
                for plan in lost:
                    done(Outcome(plan.id, Verdict.INTERNAL, cause=Cause.PACK, detail=str(e)))

    def _run_with(
        self, grading: GradingRun, host: TestHost, tests: Sequence[TestPlan], done: OnOutcome
    ) -> None:
        start = time.monotonic()
        examiner = host.examiner()
        grading.spent["examiner"] += time.monotonic() - start
        try:
            grading.run(examiner, "grade", tests, done)
        finally:
            examiner.close()

    def scan(self, files: Sequence[tuple[str, bytes]]) -> Any:
        """Facts of each file, found by parsing it in a candidate. Raises SystemFault."""
        try:
            return self._parsed("scan", {"files": [list(f) for f in files]}, SCAN_WAIT_S)
        except WireError as e:
            return [_unreadable(name, e) for name, _ in files]

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> Any:
        """Programs that differ from these in one place, made in a candidate; none of files that
        its parser does not survive. Raises SystemFault."""
        try:
            asked = {"files": [list(f) for f in files], "most": most}
            return self._parsed("mutate", asked, MUTATE_WAIT_S)
        except WireError:
            return {"possible": 0, "mutants": []}

    def _parsed(self, kind: str, asked: Mapping[str, Any], wait_s: float) -> Any:
        """What a fresh candidate says of files that it parses. Raises SystemFault, WireError."""
        with self.slots.borrow() as slot:
            job = slot.candidate()
            try:
                channel = Channel(job.data.fileno(), CANDIDATE_BOUNDS)
                sender = Channel(job.data.fileno(), CANDIDATE_BOUNDS, own=True)
                deadline = time.monotonic() + wait_s
                sender.send(kind, {**asked, **job.limits(256, math.ceil(wait_s))}, deadline)
                return channel.receive(deadline).value
            finally:
                job.close()

    def close(self) -> None:
        """End all jobs; gradings under way fail as ours, to be tried again."""
        self._ending = True
        self.hosts.close()
        self.slots.close()


def load(files: Mapping[str, bytes], names: Sequence[str], pack: PackFiles) -> dict[str, Any]:
    """What a candidate is given: the submission, the names asked for, the pack's support files."""
    support = {p.removeprefix("support/"): data for p, data in pack.files if p.startswith("support/")}
    return {"files": dict(files), "names": list(names), "support": support}


def _collection_faults(found: Collected, missing: Sequence[str]) -> str:
    faults = [*found.errors, *(f"no test function {name} is in tests/" for name in missing)]
    return "\n\n".join(f for f in faults if f.strip())


def _unreadable(name: str, e: Exception) -> dict[str, Any]:
    """A file that not even the parser of a candidate survived."""
    return {"name": name, "error": f"the file can't be read as Python within {SCAN_WAIT_S:g} s ({e})"}
