"""The order in which the rows of one grading run: rows that call what ended a process come last.

A row is lost if the student's process ended in it. Then every other row still runs:

- The lost row runs once more with its full limits, in a process in which nothing else has run, if the first
  process had served earlier rows: they may be the cause.
- A row about to call a function that ended a process stops before the call and waits until all other
  rows have ended. Then it runs in a process of its own, with a quarter of its limits if the function
  did not return in time. So one endless function can't use up the time of rows that never call it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.runner.watch import Loss
from grader.values import TestPlan, Visibility

SHORTENED = 0.25
_OUT_OF_TIME = {"cpu limit", "wall limit"}
LOADING = "import "  # begins the name of what failed if a file could not be imported


@dataclass(frozen=True)
class Turn:
    """One run of one row: its plan with the limits of this run, the functions that it may not call now
    (it waits then), whether it needs a process of its own, and the function because of which its limits
    are a quarter of its own ("" if they are not)."""

    plan: TestPlan
    avoid: tuple[str, ...] = ()
    alone: bool = False
    endless: str = ""

    def sentence(self, loss: Loss) -> str:
        """The message of a row that did not end within shortened limits; "" if another limit ended it."""
        limits = self.plan.limits
        if not self.endless or loss.detail or loss.ended not in _OUT_OF_TIME:
            return ""
        if loss.ended == "cpu limit":
            what, limit = f"used more than {limits.cpu_s:g} s of processor time", limits.cpu_s
        else:
            what, limit = f"did not return within {limits.wall_s:g} s", limits.wall_s
        return (
            f"The code {what}. That is a quarter of this test's limit ({limit / SHORTENED:g} s), because "
            f"this test needs {called(self.endless)}, which did not end in time in an earlier test."
        )


@dataclass(frozen=True)
class _Failure:
    """A function that ended a process: in which row, and how."""

    row: TestPlan
    loss: Loss

    @property
    def endless(self) -> bool:
        return self.loss.ended in _OUT_OF_TIME

    def concerns(self, visibility: Visibility) -> bool:
        """Whether it counts for rows of this visibility: a hidden row's end changes no visible one."""
        return self.row.visibility in (visibility, Visibility.VISIBLE)


class Turns:
    """The rows still to be run, in the order of their turns."""

    def __init__(self, tests: Sequence[TestPlan]) -> None:
        self._first = deque(tests)
        self._again: deque[TestPlan] = deque()
        self._waiting: deque[tuple[TestPlan, str]] = deque()
        self._failures: dict[tuple[str, Visibility], _Failure] = {}

    def next(self) -> Turn | None:
        """The next turn, None if every row has ended."""
        if self._first:
            plan = self._first.popleft()
            return Turn(plan, tuple(name for name, _ in self._concerning(plan)))
        if self._again:
            plan = self._again.popleft()
            others = (name for name, failure in self._concerning(plan) if failure.row.id != plan.id)
            return Turn(plan, tuple(others), alone=True)
        if self._waiting:
            return self._last(*self._waiting.popleft())
        return None

    def serves_next(self, turn: Turn) -> bool:
        """Whether the next test may use the same process: same visibility, same memory limit, not alone."""
        following = self._first[0] if self._first else None
        if following is None or turn.alone:
            return False
        same_memory = following.limits.memory_mb == turn.plan.limits.memory_mb
        return following.visibility is turn.plan.visibility and same_memory

    def _last(self, plan: TestPlan, function: str) -> Turn:
        """The turn of a row that waited for this function. It waits once more, if it meets an endless
        function while it has its full limits."""
        endless = tuple(name for name, failure in self._concerning(plan) if failure.endless)
        if function not in endless:
            return Turn(plan, endless, alone=True)
        limits = plan.limits
        shorter = limits.with_overrides(cpu_s=limits.cpu_s * SHORTENED, wall_s=limits.wall_s * SHORTENED)
        return Turn(replace(plan, limits=shorter), alone=True, endless=function)

    def lost(self, turn: Turn, function: str, loss: Loss) -> None:
        """In this turn a call of `function` ended the process."""
        if function:
            key = (function, turn.plan.visibility)
            self._failures.setdefault(key, _Failure(turn.plan, loss))

    def again(self, turn: Turn) -> None:
        """The row of this turn must run again, in a process of its own."""
        self._again.append(turn.plan)

    def harmless(self, turn: Turn) -> None:
        """The row of this turn has ended without a loss: what it was lost in before has not failed."""
        self._failures = {k: f for k, f in self._failures.items() if f.row.id != turn.plan.id}

    def wait(self, turn: Turn, function: str) -> None:
        """The row of this turn stopped before it called this function; it comes last. Raises ValueError if
        it had no reason to."""
        if function not in turn.avoid:
            raise ValueError(f"{turn.plan.id} need not wait for {function!r}")
        self._waiting.append((turn.plan, function))

    def endless(self, visibility: Visibility) -> str:
        """A function that did not return in time, for rows of this visibility; "" if there is none."""
        found = (f for (f, _), e in self._failures.items() if e.endless and e.concerns(visibility))
        return next(found, "")

    def resume(self, remaining: Sequence[TestPlan]) -> None:
        """Continue with these rows, which have no outcome yet, after an examiner was lost: a row whose turn
        was in progress begins again."""
        known = {p.id for p in (*self._first, *self._again, *(p for p, _ in self._waiting))}
        wanted = {p.id for p in remaining}
        self._first = deque(p for p in remaining if p.id not in known or p in self._first)
        self._again = deque(p for p in self._again if p.id in wanted)
        self._waiting = deque((p, f) for p, f in self._waiting if p.id in wanted)

    def _concerning(self, plan: TestPlan) -> Iterator[tuple[str, _Failure]]:
        for (name, _), failure in self._failures.items():
            if failure.concerns(plan.visibility):
                yield name, failure


def called(function: str) -> str:
    """What a student is told has failed: a function by its name, or the file that is imported."""
    if function.startswith(LOADING):
        return "the import of your file"
    return f"`{function}`"
