"""The calls behind failed comparisons that gave the reference's values on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.kit.candidate import KeptCall
from grader.kit.targets import steps_to
from grader.kit.trace import Traced
from grader.values import TestPlan


@dataclass(frozen=True)
class TraceClue:
    """A failed comparison in a case of a row, the call, and the reference's values."""

    plan: TestPlan
    case: str
    call: KeptCall
    traced: Traced

    @property
    def path(self) -> str:
        """The function that was called."""
        return str(self.call.request["path"])


def trace_clues(
    plan: TestPlan, case: str, traces: Sequence[Any], calls: Sequence[KeptCall]
) -> Iterator[TraceClue]:
    """The clues of a case: its traces whose value a call of one run returned, or a part of that."""
    for traced in traces:
        for call in reversed(calls):
            if call.request["mode"] in ("plain", "inplace") and steps_to(call.value, traced.got) is not None:
                yield TraceClue(plan, case, call, traced)
                break
