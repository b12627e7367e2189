"""What a runner believes of an examiner's words, and what it measures itself."""

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


def test_what_the_runner_measures_takes_the_place_of_what_an_examiner_says():
    said = Outcome("test_a", Verdict.PASSED, output="mine", cause=Cause.SYSTEM, evidence=Evidence(cpu_ns=5))

    outcome = outcome_of(Ended(said), watch())

    assert (outcome.output, outcome.evidence, outcome.cause) == ("printed", Evidence(cpu_ns=1_000_000), None)


def test_what_an_examiner_could_not_judge_is_the_packs_fault():
    said = Outcome("test_a", Verdict.INTERNAL, cause=Cause.SYSTEM)

    assert outcome_of(Ended(said), watch()).cause is Cause.PACK


@pytest.mark.parametrize(("said", "kept"), [("2", "1"), ("-1", "0"), ("0.25", "0.25")])
def test_a_share_lies_between_nothing_and_all(said, kept):
    outcome = outcome_of(Ended(Outcome("test_a", Verdict.PASSED, Decimal(said))), watch())

    assert outcome.share == Decimal(kept)


def test_the_case_in_which_the_candidate_was_lost_gets_the_verdict_of_the_evidence():
    said = Outcome("test_a", Verdict.ERROR, cases=CASES)

    outcome = outcome_of(Ended(said, lost=True), watch(Loss("cpu limit")))

    assert outcome.verdict is Verdict.TIMEOUT
    assert outcome.cases == (CASES[0], Case("two", Verdict.TIMEOUT))


def test_of_a_test_whose_candidate_was_lost_figures_and_cases_stay_and_nothing_else():
    number = Number("error", 1.0, 0.5, False)
    said = Outcome(
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

    outcome = outcome_of(Ended(said), watch(Loss("memory limit")))

    assert (outcome.cases, outcome.numbers) == (CASES, (number,))
    assert (outcome.verdict, outcome.share) == (Verdict.MEMORY, 0)
    assert (outcome.traceback, outcome.answer, outcome.arguments) == ("", "", b"")
    assert outcome.message.startswith("The code needed more than")


@pytest.mark.parametrize(
    ("waited_s", "verdict", "cause"), [(0.1, Verdict.INTERNAL, Cause.PACK), (1.9, Verdict.TIMEOUT, None)]
)
def test_a_test_that_spent_the_wall_limit_itself_is_its_authors_fault(waited_s, verdict, cause):
    ended = Ended(Outcome("test_a", Verdict.PASSED, detail="d"), waited_s=waited_s)

    outcome = outcome_of(ended, watch(Loss("wall limit"), wall_s=2.1))

    assert (outcome.verdict, outcome.cause) == (verdict, cause)
    assert ("the test itself" in outcome.detail) == (cause is Cause.PACK)


def test_a_candidate_that_is_lost_without_evidence_gives_no_verdict():
    with pytest.raises(PackFault, match="no verdict"):
        outcome_of(Ended(Outcome("test_a", Verdict.ERROR), lost=True), watch())
