"""Until where the run of a failed test is right: its call once more, with what local names hold on each line.

This is done for tests whose comparison gave `trace=` and for which no line was found, on three draws: the
test is run again for the two others, with the submitted files as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.examiner.rows import Rows
from grader.examiner.trace_clues import TraceClue
from grader.examiner.trace_events import Run, run_of
from grader.examiner.trace_values import inputs_of
from grader.examiner.trace_verdict import trace_of
from grader.examiner.variants import Searcher, Variants
from grader.kit.candidate import Candidate
from grader.kit.trace import Values
from grader.values import Verdict, Visibility
from grader.values.student_faults import StudentFault
from grader.values.traces import Trace
from grader.wire import NotAValue, WireError, encode

MOST_ROWS = 6  # of one visibility
DRAWS = 3


@dataclass(frozen=True)
class _Draw:
    """A clue with its values, on one draw."""

    clue: TraceClue
    values: Values


class Traces:
    """The traces of one grading, for rows that have ended."""

    def __init__(self, rows: Rows, variants: Variants) -> None:
        self._rows, self._variants = rows, variants
        failed = {row.plan.id for row in rows.known if row.verdict is Verdict.FAILED}
        self._clues: dict[str, TraceClue] = {}
        for clue in rows.traced:
            if clue.plan.id in failed:
                self._clues.setdefault(clue.plan.id, clue)

    def wanted(self, visibility: Visibility, explained: Collection[str]) -> list[TraceClue]:
        """The clues of the failed rows of this visibility that nothing explains yet."""
        clues = [c for c in self._clues.values() if c.plan.visibility is visibility]
        return [clue for clue in clues if clue.plan.id not in explained][:MOST_ROWS]

    def found(self, clues: Sequence[TraceClue]) -> dict[str, Trace]:
        """What is known of the runs behind these clues, by row."""
        found: dict[str, Trace] = {}
        for clue in clues:
            with contextlib.suppress(WireError, StudentFault):
                trace = self._trace(clue)
                if trace is not None:
                    found[clue.plan.id] = trace
        return found

    def _trace(self, clue: TraceClue) -> Trace | None:
        draws = self._draws(clue)
        if len(draws) < DRAWS:
            return None
        runs: list[Run] = []
        with self._variants.tracer(clue.plan.visibility) as searcher:
            for draw in draws:
                run = self._run(searcher, draw.clue)
                if run is None:
                    return None
                runs.append(run)
        inputs = [inputs_of(draw.clue.call.request) for draw in draws]
        return trace_of(runs, [draw.values for draw in draws], inputs, clue.traced.relative)

    def _run(self, searcher: Searcher, clue: TraceClue) -> Run | None:
        """The call with its events; None if its value is another one than in the test."""
        run = run_of(searcher.trace(clue.call.request, clue.plan.key), self._variants.sources)
        return run if run is not None and _same(run.value, clue.call.value) else None

    def _draws(self, clue: TraceClue) -> list[_Draw]:
        """The clue on its own draw and on others, as far as the test fails there in the same way."""
        own = _with_values(clue)
        if own is None:
            return []
        found = [own]
        with self._variants.changed(clue.plan.visibility, []) as candidate:
            candidate.keeps = True
            for number in range(1, DRAWS):
                plan = replace(clue.plan, key=clue.plan.key ^ number << 64)
                other = self._again(replace(clue, plan=plan), candidate)
                if other is None or other.values.keys() != own.values.keys():
                    return []
                found.append(other)
        return found

    def _again(self, clue: TraceClue, candidate: Candidate) -> _Draw | None:
        """The clue of the same function in the test on another draw."""
        before, known = len(self._rows.traced), len(self._rows.known)
        candidate.begin(clue.plan.visibility, clue.plan.key)
        self._rows.run(clue.plan, candidate)
        clues = self._rows.traced[before:]
        del self._rows.traced[before:], self._rows.known[known:]
        self._rows.unexplained.pop()
        alike = (c for c in clues if c.case == clue.case and c.path == clue.path)
        other = next(alike, None)
        return None if other is None else _with_values(other)


def _with_values(clue: TraceClue) -> _Draw | None:
    """The clue and the reference's values; None if the test's function for them fails."""
    try:
        return _Draw(clue, clue.traced.values())
    except Exception:  # of the pack's code: the trace is missing, the verdict stands
        return None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last bit."""
    try:
        return _bytes(one) == _bytes(other)
    except NotAValue:
        return False


def _bytes(value: Any) -> bytes:
    return b"".join(bytes(part) for part in encode("value", value))
