"""What failed comparisons say about the calls whose values were wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.examiner.judging import Judged
from grader.kit.candidate import KeptCall
from grader.kit.targets import Rights, Steps, Target, named, part_at, steps_to
from grader.values import TestPlan, Verdict


@dataclass(frozen=True)
class Clue:
    """A failed comparison of a row: the call whose value is wrong, and where in its value."""

    plan: TestPlan
    call: KeptCall
    steps: Steps
    target: Target

    def rights(self, value: Any) -> Rights:
        """Which parts of another value of the call are right, by their names in the call's value."""
        with contextlib.suppress(LookupError, TypeError):
            found = self.target.rights(part_at(value, self.steps))
            return {named(self.steps) + part: right for part, right in found.items()}
        return {"": False}

    def may_mend(self, value: Any, wrong: Collection[str]) -> bool:
        """Whether one of these parts may be right in another value of the call: a quick look."""
        start = len(named(self.steps))
        with contextlib.suppress(LookupError, TypeError):
            return self.target.nearly(part_at(value, self.steps), [part[start:] for part in wrong])
        return True

    def differs_only_in(self, parts: Collection[str], value: Any) -> bool:
        """Whether every other part of the value that was compared is as the call returned it."""
        with contextlib.suppress(LookupError, TypeError):
            before, now = part_at(self.call.value, self.steps), part_at(value, self.steps)
            for key in before if isinstance(before, dict) else range(len(before)):
                same = named((*self.steps, key)) in parts or np.array_equal(before[key], now[key])
                if not same:
                    return False
            return True
        return False

    @property
    def wrong(self) -> int:
        """The number of wrong parts of the value that failed."""
        return sum(not right for right in self.rights(self.call.value).values())

    @property
    def path(self) -> str:
        """The function that was called."""
        return str(self.call.request["path"])


@dataclass
class Row:
    """A row as it ended before the search, with the number of its calls and the functions that it called."""

    plan: TestPlan
    verdict: Verdict
    calls: int
    clues: list[Clue] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)  # its failed cases without a clue
    paths: frozenset[str] = frozenset()


def clues_of(plan: TestPlan, targets: Sequence[Any], calls: Sequence[KeptCall]) -> Iterator[Clue]:
    """The clues of a case: its failed comparisons of what a call returned, or of a part of that."""
    for target in targets:
        for call in reversed(calls):
            steps = steps_to(call.value, target.got)
            if steps is not None:
                yield Clue(plan, call, steps, target)
                break
