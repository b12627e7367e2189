"""Which results of an examiner the runner accepts, and which values it measures itself."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from grader.runner.errors import PackFault
from grader.runner.verdicts import outcome_of
from grader.runner.watch import Loss
from grader.values import Case, Cause, Ended, Evidence, Limits, Number, Outcome, TestPlan, Verdict, Visibility

CASES = (Case("one", Verdict.PASSED), Case("two", Verdict.ERROR, "m"))


def watch(loss=None, wall_s=0.0):
    """A watch that measured a millisecond of processor time."""
    return SimpleNamespace(
        plan=TestPlan("test_a", Visibility.VISIBLE, Limits(wall_s=2), 1),
        loss=loss,
        printed=lambda: "printed",
        evidence=lambda: Evidence(cpu_ns=1_000_000),
        wall_used=lambda: wall_s,
    )


def test_values_that_the_runner_measures_replace_those_of_the_examiner():
    claimed = Outcome(
        "test_a", Verdict.PASSED, output="mine", cause=Cause.SYSTEM, evidence=Evidence(cpu_ns=5)
    )

    outcome = outcome_of(Ended(claimed), watch())

    assert (outcome.output, outcome.evidence, outcome.cause) == ("printed", Evidence(cpu_ns=1_000_000), None)


def test_a_test_without_a_result_is_an_error_of_the_pack():
    claimed = Outcome("test_a", Verdict.INTERNAL, cause=Cause.SYSTEM)

    assert outcome_of(Ended(claimed), watch()).cause is Cause.PACK


@pytest.mark.parametrize(("claimed", "expected"), [("2", "1"), ("-1", "0"), ("0.25", "0.25")])
def test_a_share_is_limited_to_0_and_1(claimed, expected):
    outcome = outcome_of(Ended(Outcome("test_a", Verdict.PASSED, Decimal(claimed))), watch())

    assert outcome.share == Decimal(expected)


def test_the_case_that_lost_the_candidate_gets_the_verdict_of_the_evidence():
    claimed = Outcome("test_a", Verdict.ERROR, cases=CASES)

    outcome = outcome_of(Ended(claimed, lost=True), watch(Loss("cpu limit")))

    assert outcome.verdict is Verdict.TIMEOUT
    assert outcome.cases == (CASES[0], Case("two", Verdict.TIMEOUT))


def test_a_test_that_lost_its_candidate_keeps_only_its_numbers_and_cases():
    number = Number("error", 1.0, 0.5, False)
    claimed = Outcome(
        "test_a",
        Verdict.PASSED,
        Decimal(1),
        message="well done",
        cases=CASES,
        numbers=(number,),
        traceback="frames",
        answer="a text",
        arguments=b"npz",
    )

    outcome = outcome_of(Ended(claimed), watch(Loss("memory limit")))

    assert (outcome.cases, outcome.numbers) == (CASES, (number,))
    assert (outcome.verdict, outcome.share) == (Verdict.MEMORY, 0)
    assert (outcome.traceback, outcome.answer, outcome.arguments) == ("", "", b"")
    assert outcome.message.startswith("The code needed more than")


@pytest.mark.parametrize(
    ("waited_s", "verdict", "cause"), [(0.1, Verdict.INTERNAL, Cause.PACK), (1.9, Verdict.TIMEOUT, None)]
)
def test_a_test_that_used_the_wall_limit_itself_is_an_error_of_the_pack(waited_s, verdict, cause):
    ended = Ended(Outcome("test_a", Verdict.PASSED, detail="d"), waited_s=waited_s)

    outcome = outcome_of(ended, watch(Loss("wall limit"), wall_s=2.1))

    assert (outcome.verdict, outcome.cause) == (verdict, cause)
    assert ("the test itself" in outcome.detail) == (cause is Cause.PACK)


def test_a_candidate_that_is_lost_without_evidence_gives_no_verdict():
    with pytest.raises(PackFault, match="no verdict"):
        outcome_of(Ended(Outcome("test_a", Verdict.ERROR), lost=True), watch())
