"""Explanations: diagnoses and pictures that are made after all rows have ended, in limits of their own.

Until then the outcomes that they belong to are held back; their verdicts, points and evidence are final.
What a process does here costs no row anything: whatever is not ready at the limits is left out.
"""

from __future__ import annotations

from dataclasses import replace

from grader.runner.watch import Watch
from grader.values import Explained, Limits, Outcome, TestPlan

CALLS = 60  # of the student's code, for each row
CPU_S = 4.0  # of the student's code, for all rows together
WALL_S = 10.0  # for code that sleeps, for all rows together


class Explanations:
    """The held outcomes by the number of their row's end, and what is left of the limits."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[TestPlan, Outcome]] = {}
        self._cpu_s, self._wall_s = CPU_S, WALL_S

    def hold(self, number: int, plan: TestPlan, outcome: Outcome) -> None:
        """Keep an outcome until it is explained."""
        self._held[number] = plan, outcome

    def plan(self, number: int) -> TestPlan:
        """The plan of a held row, with what is left of the limits. Raises ValueError if there is none."""
        if number not in self._held:
            raise ValueError(f"row {number} has no outcome to explain")
        plan, _ = self._held[number]
        limits = Limits(self._cpu_s, self._wall_s, plan.limits.memory_mb, plan.limits.output_kb)
        return replace(plan, limits=limits)

    @property
    def calls(self) -> int:
        """How many calls the next row may make."""
        return CALLS if self._cpu_s > 0 and self._wall_s > 0 else 0

    def explained(self, number: int, explained: Explained, watch: Watch) -> Outcome:
        """The outcome with its explanation, which took what `watch` has measured."""
        self._cpu_s -= watch.cpu_ns() / 1e9
        self._wall_s -= watch.wall_used()
        _, outcome = self._held.pop(number)
        return replace(
            outcome,
            diagnosis=explained.diagnosis,
            pictures=explained.pictures,
            detail=explained.detail,
        )

    def release(self) -> list[Outcome]:
        """All outcomes that are still held, as they are."""
        outcomes = [outcome for _, outcome in self._held.values()]
        self._held.clear()
        return outcomes
