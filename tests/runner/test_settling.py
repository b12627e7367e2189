"""A test that stopped is run once more, but no program has a second try by answering otherwise then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from grader.runner.settling import Again, Held, all_passed
from grader.values import Cause, Ended, Limits, Outcome, TestPlan, Verdict, Visibility
from grader.values.returned import CaseCalls, Part, Returned, Stop

LIMITS = Limits(cpu_s=1, wall_s=1, memory_mb=200, output_kb=64)
STOPPED = Outcome("test_f", Verdict.INTERNAL, cause=Cause.PACK, detail="KeyError: 271828")


def plan(*, hidden: bool = False, own_text: bool = False) -> TestPlan:
    visibility = Visibility.HIDDEN if hidden else Visibility.VISIBLE
    return TestPlan("test_f", visibility, LIMITS, 7, own_text=own_text)


def ended(form: str, sentence: str = "") -> Ended:
    calls = CaseCalls("", (Returned("f", (Part("", form),)),))
    return Ended(STOPPED, stop=Stop("KeyError", calls, sentence), calls=(calls,))


def runs(outcome: Outcome, *ends: Ended) -> Callable[[Sequence[TestPlan]], Again]:
    return lambda plans: Again({outcome.id: outcome}, {end.outcome.id: end for end in ends})


def settled(
    of: TestPlan, first: Ended | None, second: Outcome, solution: Callable[[Sequence[TestPlan]], Again]
) -> Outcome:
    shown: list[Outcome] = []
    held = Held(shown.append)
    held.take(STOPPED)
    held.settle({"test_f": first} if first else {}, [of], solution, runs(second))
    return shown[0]


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED, Verdict.TIMEOUT, Verdict.INTERNAL])
def test_a_test_that_raised_has_failed_however_the_repeat_ends(verdict: Verdict) -> None:
    second = Outcome("test_f", verdict, share=Decimal(1))

    outcome = settled(plan(), ended("a dict with 'b'"), second, all_passed)

    assert (outcome.verdict, outcome.share, outcome.cause) == (Verdict.FAILED, 0, None)
    assert ("In a repeat with the same draw the row ended otherwise" in outcome.detail) == (
        verdict is not Verdict.INTERNAL
    )
    assert "KeyError: 271828" in outcome.detail


def test_only_an_examiner_that_ended_without_an_error_lets_the_repeat_decide() -> None:
    passed = Outcome("test_f", Verdict.PASSED, share=Decimal(1))

    assert settled(plan(), None, passed, all_passed) == passed
    assert settled(plan(), None, STOPPED, all_passed).verdict is Verdict.FAILED
    assert settled(plan(), ended("None"), passed, runs(STOPPED)) == STOPPED  # the solution stops too


def test_a_hidden_row_says_the_kind_of_what_was_returned_and_staff_read_its_form() -> None:
    passed = Outcome("test_f", Verdict.PASSED)
    right = runs(passed, ended("a single number"))
    first = ended("a dict with 'W271828'", "f returned a dict with 'W271828', which this test can't use.")

    def told(of: TestPlan, solution: Callable[[Sequence[TestPlan]], Again] = right) -> Outcome:
        return settled(of, first, STOPPED, solution)

    full = "f returned a dict with 'W271828', expected a single number."
    assert told(plan()).message == told(plan(hidden=True, own_text=True)).message == full
    assert told(plan(hidden=True)).message == "f returned a dict, expected a single number."
    assert full in told(plan(hidden=True)).detail
    assert told(plan(hidden=True), all_passed).message == "f returned a value that this test can't use."
