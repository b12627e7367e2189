"""A fake runner for tests: a test passes if the submitted file says so.

The lines of the file are commands: `pass ID`, `slow ID SECONDS`, `internal`, `crash`, `pack`. A search for
the wrong line finds what `line ID NUMBER` says; `lost` ends it, `broken` makes it a fault of our own program.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from grader.grading.client import Collected, Health, Mutant
from grader.grading.errors import RunnerError
from grader.values import Cause, Graded, Mode, Order, Outcome, PackFiles, Verdict
from grader.values.lines import Line, Spot


class FakeRunner:
    """Grades by the commands in the file. Writes a line to `log` when a grading begins and ends."""

    def __init__(self, log: Path | None = None, mode: Mode = Mode.UNPRIVILEGED) -> None:
        self.log, self.mode = log, mode
        self.trouble: str = ""  # if set, every call fails with it
        self.orders: list[Order] = []

    def health(self) -> Health:
        if self.trouble:
            raise RunnerError(Cause.SYSTEM, self.trouble)
        return Health(self.mode, slots=2, free=2, layers=(), engine={"runner": "fake"})

    def collect(self, pack: PackFiles) -> Collected:
        return Collected((), (), ())

    def mutants(self, files: Sequence[tuple[str, bytes]], most: int) -> tuple[int, tuple[Mutant, ...]]:
        return 0, ()

    def grade(self, order: Order, on_outcome: Callable[[Outcome], None] = lambda _: None) -> Graded:
        self.orders.append(order)
        if self.trouble:
            raise RunnerError(Cause.SYSTEM, self.trouble)
        lines = [line.split() for line in order.files[0][1].decode().splitlines() if line.strip()]
        self._note("begin", order)
        outcomes = []
        for test in order.tests:
            _wait(test.id, lines)
            outcomes.append(_outcome(test.id, lines))
            if order.search:
                outcomes[-1] = replace(outcomes[-1], line=_line(test.id, lines))
            on_outcome(outcomes[-1])
        self._note("end", order)
        return Graded(tuple(outcomes), self.mode, engine=self.health().engine)

    def _note(self, event: str, order: Order) -> None:
        if self.log is not None:
            with self.log.open("a") as log:
                log.write(f"{event} {order.files[0][1].decode().split()[0]}\n")


def _wait(test_id: str, lines: list[list[str]]) -> None:
    for line in lines:
        if line[:2] == ["slow", test_id]:
            time.sleep(float(line[2]))


def _line(test_id: str, lines: list[list[str]]) -> Line | None:
    if ["lost"] in lines:
        raise RunnerError(Cause.SYSTEM, "the search was lost")
    if ["broken"] in lines:
        raise ZeroDivisionError("a fault of our own program")
    numbers = [int(line[2]) for line in lines if line[:2] == ["line", test_id]]
    if not numbers:
        return None
    return Line(Spot("mlp.py", numbers[0], 0, numbers[0], 4), "line", "backward", "missing division")


def _outcome(test_id: str, lines: list[list[str]]) -> Outcome:
    if ["crash"] in lines:
        raise ZeroDivisionError("a fault of our own program")
    if ["internal"] in lines:
        return Outcome(test_id, Verdict.INTERNAL, cause=Cause.SYSTEM, detail="the examiner was killed")
    if ["pack"] in lines:
        return Outcome(test_id, Verdict.INTERNAL, cause=Cause.PACK, detail="KeyError in the test")
    passed = ["pass", test_id] in lines or ["pass", "all"] in lines
    return Outcome(test_id, Verdict.PASSED if passed else Verdict.FAILED, share=Decimal(int(passed)))
