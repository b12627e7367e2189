"""Whose fault it is when a pack's test stops with an error instead of giving a verdict.

The test is run again with the pack's own solution, on the same draw. If it stops again, the pack is at fault,
and the row is INTERNAL. If it doesn't, the error comes from what the student's code returned, and the row has
failed. It stays failed if it ends otherwise in a repeat: else a program that answers at random would have a
second try. Only if the examiner ended and left no error, a repeat decides: its end may have been our fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.runner.grading import OnOutcome
from grader.values import Cause, Ended, Outcome, TestPlan, Verdict, Visibility
from grader.values.returned import UNFINISHED, CaseCalls, Returned, Stop, described, kind, returned_as


@dataclass(frozen=True)
class Again:
    """The outcomes of rows that were run once more, and how those ended that say more than their outcome."""

    outcomes: Mapping[str, Outcome]
    ends: Mapping[str, Ended]


Run = Callable[[Sequence[TestPlan]], Again]
"""Runs these rows once more."""


def all_passed(plans: Sequence[TestPlan]) -> Again:
    """The outcomes of a solution that is known to pass these rows."""
    return Again({plan.id: Outcome(plan.id, Verdict.PASSED) for plan in plans}, {})


class Held:
    """Passes outcomes on, but keeps those of tests that gave no verdict, until `settle`."""

    def __init__(self, on_outcome: OnOutcome) -> None:
        self._on_outcome = on_outcome
        self.outcomes: dict[str, Outcome] = {}

    def take(self, outcome: Outcome) -> None:
        """Pass this outcome on, unless the test gave no verdict."""
        if outcome.verdict is Verdict.INTERNAL and outcome.cause is Cause.PACK:
            self.outcomes[outcome.id] = outcome
        else:
            self._on_outcome(outcome)

    def settle(
        self, ends: Mapping[str, Ended], plans: Sequence[TestPlan], with_solution: Run | None, repeat: Run
    ) -> None:
        """Pass on what was kept, each row with its verdict. `ends` are from the first run; without a
        solution (None), the examiner's finding decides."""
        held = [replace(plan, forms=True) for plan in plans if plan.id in self.outcomes]
        stops = {plan.id: end.stop for plan in held if (end := ends.get(plan.id)) and end.stop}
        if with_solution is None:
            for plan in held:
                self._on_outcome(_failed_if_known(self.outcomes[plan.id], plan, stops.get(plan.id)))
            return
        right = with_solution(held)
        blamed = {i for i, o in right.outcomes.items() if o.verdict in (Verdict.PASSED, Verdict.FAILED)}
        doubtful = [p for p in held if p.id in blamed and not _known(stops.get(p.id))]
        again = repeat(doubtful) if doubtful else Again({}, {})
        stopped = frozenset(stops)
        stops = {i: end.stop for i, end in again.ends.items() if end.stop} | stops
        for plan in held:
            first, second = self.outcomes[plan.id], again.outcomes.get(plan.id)
            ended_itself = plan.id not in stopped
            if ended_itself and second is not None and second.verdict is not Verdict.INTERNAL:
                self._on_outcome(second)
            elif plan.id in blamed:
                failed = _failed(first, plan, stops.get(plan.id), right.ends.get(plan.id))
                self._on_outcome(_compared(failed, second))
            else:
                self._on_outcome(first)


def _known(stop: Stop | None) -> bool:
    return stop is not None and stop.sentence != ""


def _failed_if_known(outcome: Outcome, plan: TestPlan, stop: Stop | None) -> Outcome:
    return _failed(outcome, plan, stop, None) if _known(stop) else outcome


def _compared(outcome: Outcome, second: Outcome | None) -> Outcome:
    """The outcome, with a note for staff if the row ended otherwise in a repeat."""
    if second is None or second.verdict is Verdict.INTERNAL:
        return outcome
    note = f"In a repeat with the same draw the row ended otherwise ({second.verdict}); the first run counts."
    return replace(outcome, detail=f"{note}\n{outcome.detail}".strip())


def _failed(outcome: Outcome, plan: TestPlan, stop: Stop | None, right: Ended | None) -> Outcome:
    """The outcome as a failure of the student's, with what was returned and what the solution returns."""
    message = _sentence(stop, right)
    if plan.visibility is Visibility.HIDDEN and not plan.own_text:
        outcome = replace(outcome, detail=f"{message}\n{outcome.detail}".strip())
        message = _reserved(stop, right)
    cases = tuple(
        replace(case, verdict=Verdict.FAILED, message=case.message or message)
        if case.verdict is Verdict.INTERNAL
        else case
        for case in outcome.cases
    )
    worst = Verdict.FAILED
    if any(case.verdict in (Verdict.ERROR, Verdict.MEMORY) for case in cases) and not stop:
        worst = Verdict.ERROR
    share = outcome.share if cases else Decimal(0)
    return replace(outcome, verdict=worst, cause=None, message=message, cases=cases, share=share)


def _sentence(stop: Stop | None, right: Ended | None) -> str:
    if stop is None:
        return UNFINISHED
    expected = next((c for c in right.calls if c.case == stop.calls.case), None) if right else None
    differing = _difference(stop.calls.calls, expected)
    if differing:
        return differing
    if stop.sentence:
        return stop.sentence
    paths = dict.fromkeys(call.path for call in stop.calls.calls)
    names = " and ".join(list(paths)[-2:]) or "this file"
    return f"This test can't use the values of {names}: {stop.error}. Their form is right."


def _reserved(stop: Stop | None, right: Ended | None) -> str:
    """The sentence for a hidden row: the kind of what was returned, and the whole form of what is expected. A
    shape, a length or a key that a program returns may tell what the row gave it."""
    if stop is None or not stop.calls.calls:
        return UNFINISHED
    expected = next((c for c in right.calls if c.case == stop.calls.case), None) if right else None
    for got, want in zip(stop.calls.calls, expected.calls if expected else (), strict=False):
        if got.path == want.path and returned_as(got, want):
            return f"{got.path} returned {kind(got.parts[0])}, expected {described(want.parts[0])}."
    return f"{stop.calls.calls[-1].path} returned a value that this test can't use."


def _difference(calls: Sequence[Returned], expected: CaseCalls | None) -> str:
    """What the first call returned that has another form than the solution's; "" if all have the same."""
    for got, want in zip(calls, expected.calls if expected else (), strict=False):
        if got.path != want.path:
            break
        shown = returned_as(got, want)
        if shown:
            return f"{got.path} {shown}."
    return ""
