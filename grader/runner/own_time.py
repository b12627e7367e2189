"""The processor time that the tests of one grading, not the student's code, may use.

What a test computes depends on what the student's code returned, so a program can make it compute for long.
Half of the time is for whichever row needs it; the other half is divided among all rows. So no row's time is
used up by another's, and each row has a limit, above which it ends.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.values import Cause, Ended, Outcome, TestPlan, Verdict
from grader.values.returned import CaseCalls, Stop

TIMES = 2.0  # of a test's wall limit, at most; of all tests together, of the total
ERROR = "its own time is used up"


class OwnTime:
    """Adds up the examiner's processor time, in seconds, and knows the limit of the row that runs."""

    def __init__(self, total_s: float, rows: int) -> None:
        self.most_s = TIMES * total_s
        self.past_s = 0.0
        self.limits: dict[str, float] = {}  # of the rows that have begun, by id
        self.given: Mapping[str, float] = {}  # limits that replace these
        self._share_s = self.most_s / 2 / max(rows, 1)

    def begin(self, plan: TestPlan) -> None:
        """Set the limit of this row, which begins."""
        left_s = max(self.most_s / 2 - self.past_s, self._share_s)
        self.limits[plan.id] = self.given.get(plan.id, min(TIMES * plan.limits.wall_s, left_s))

    def stricter(self) -> dict[str, float]:
        """Half of each limit: a solution that needs no more shows that a row's time is enough."""
        return {row: limit / 2 for row, limit in self.limits.items()}


def used_up(plan: TestPlan, limit_s: float, detail: str) -> Ended:
    """How a row ended whose test computed for longer than its limit."""
    sentence = (
        f"With what this code returns, the test itself computes for more than {limit_s:.2g} s, the most "
        "that it may; with right values it takes less than half of that."
    )
    outcome = Outcome(plan.id, Verdict.INTERNAL, cause=Cause.PACK, detail=detail)
    return Ended(outcome, stop=Stop(ERROR, CaseCalls(""), sentence))
