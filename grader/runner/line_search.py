"""The runner's part in a search for wrong lines: outcomes are held until it ends, and what the examiner asks
for is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.values import Limits, Order, Outcome, TestPlan, Visibility
from grader.values.codec import decode
from grader.values.lines import Line
from grader.values.traces import Trace

CPU_S = 8.0  # of one candidate; changes are counted, so this is only a backstop
WALL_S = 40.0
OUTPUT_KB = 256
MOST_CHANGED = 4 << 20  # bytes of changed files


@dataclass
class HeldForLines:
    """The outcomes of a grading whose order asks for a search, by their ids. `used_s` is the processor time
    of the candidates that try changes, of those that load a changed file, and of the examiner meanwhile."""

    order: Order
    load: Mapping[str, Any]
    used_s: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("search", "load", "compare"), 0.0)
    )
    _outcomes: dict[str, Outcome] = field(default_factory=dict)

    def hold(self, outcome: Outcome) -> None:
        """Keep an outcome until the search has ended."""
        self._outcomes[outcome.id] = outcome

    def plan(self, visibility: Visibility) -> TestPlan:
        """What the candidates of a search may use. Raises ValueError if the order asks for no search."""
        if not self.order.search:
            raise ValueError("no search was ordered")
        memory_mb = max(t.limits.memory_mb for t in self.order.tests)
        return TestPlan("search", visibility, Limits(CPU_S, WALL_S, memory_mb, OUTPUT_KB), 0)

    def files(self, changed: Mapping[str, bytes]) -> dict[str, Any]:
        """What a candidate loads, with these files in place of submitted ones. Raises ValueError."""
        if not self.order.search:
            raise ValueError("no search was ordered")
        files = {str(name): bytes(data) for name, data in changed.items()}
        if files.keys() - self.load["files"].keys() or sum(map(len, files.values())) > MOST_CHANGED:
            raise ValueError("a changed file that was not submitted, or a large one")
        return {**self.load, "files": {**self.load["files"], **files}}

    def keep(self, lines: Mapping[str, Any]) -> None:
        """Add the lines that were found, by the ids of their rows."""
        for row, line in lines.items():
            if row in self._outcomes:
                self._outcomes[row] = replace(self._outcomes[row], line=decode(Line, line))

    def keep_traces(self, traces: Mapping[str, Any]) -> None:
        """Add until where the runs are right, by the ids of the rows."""
        for row, trace in traces.items():
            if row in self._outcomes:
                self._outcomes[row] = replace(self._outcomes[row], trace=decode(Trace, trace))

    def timings(self) -> dict[str, float]:
        """The processor time in seconds, by what it was used for; none without a search."""
        if not self.order.search:
            return {}
        names = ("processor time: search", "processor time: proofs", "processor time: comparing")
        return dict(zip(names, self.used_s.values(), strict=True))

    def release(self) -> list[Outcome]:
        """All outcomes that are held."""
        outcomes = list(self._outcomes.values())
        self._outcomes.clear()
        return outcomes
