"""Explanations cost no row anything: they come after all rows, in a process and in limits of their own."""

from __future__ import annotations

import pytest

from grader.runner.explaining import CALLS, CPU_S, Explanations
from grader.values import Explained, Fit, Limits, Outcome, Verdict
from tests.runner.kit import Running, grade, pack, plan

TESTS = """
import os
import numpy as np
from grader.kit import Net, fail
from reference import mlp

def check(student, rng, gradcheck):
    params, x, t = mlp.init_params(rng, (3, 4, 2)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    right = mlp.cost_signals(params, x, t).parameters
    why = Net(student.backward, rng, (params, x, t))
    gradcheck(student.backward(params, x, t), args=(params, x, t), reference=right, diagnose=why)

def test_first(student, rng, gradcheck): check(student, rng, gradcheck)
def test_second(student, rng, gradcheck): check(student, rng, gradcheck)
def test_hidden(student, rng, gradcheck): check(student, rng, gradcheck)
def test_calls(student): assert student.calls() == 2
def test_draws(student, picture): picture.draw(lambda: [student.calls() for _ in range(1000)])
def test_ends(student, picture): picture.draw(os._exit, 3)
"""
PACK = pack(TESTS)
CODE = """
import os, time
import numpy as np
made = 0
def calls(): return made
def backward(params, x, t):
    global made
    made += 1
    print("called")
    BEFORE
    h = 1 / (1 + np.exp(-(x @ params["W1"].T + params["b1"])))
    y_bar = (h @ params["W2"].T + params["b2"] - t) / len(x)
    h_bar = y_bar @ params["W2"]
    return {"W1": h_bar.T @ x, "b1": h_bar.sum(0), "W2": y_bar.T @ h, "b2": y_bar.sum(0)}
"""
SPINS = "end = time.thread_time() + 0.1\n    while time.thread_time() < end: pass"
# what the code does with other numbers of rows than in the tests; whether it is explained with the same
ELSEWHERE = {
    "its process ends": ("os._exit(3)", False),
    "it raises": ("raise ValueError", True),
    "it prints for ever": ("while True: print('x' * 999)", False),
}
SHORT = Limits(cpu_s=0.3, wall_s=20, memory_mb=200, output_kb=16)


def test_a_slow_call_that_is_wrong_fails_its_rows_and_is_explained(runner: Running) -> None:
    ids = ("test_first", "test_second", "test_calls")
    plans = [plan(id, SHORT, key=number) for number, id in enumerate(ids)]
    hidden = plan("test_hidden", SHORT, hidden=True)

    first, second, calls, secret = grade(
        runner.client, PACK, CODE.replace("BEFORE", SPINS), *plans, hidden
    ).outcomes

    for outcome in (first, second, secret):
        assert outcome.verdict is Verdict.FAILED
        assert outcome.output == "called\n"
        assert outcome.diagnosis is not None
        assert (outcome.diagnosis.fit, outcome.diagnosis.mistakes) == (Fit.ONE, ("slope-left-out",))
        assert outcome.evidence.cpu_ns < SHORT.cpu_s * 1e9
    assert calls.verdict is Verdict.PASSED, calls.message


@pytest.mark.parametrize(("end", "explained"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_goes_wrong_in_an_explanation_changes_no_row(runner: Running, end: str, explained: bool) -> None:
    code = CODE.replace("BEFORE", f"if len(x) != 5:\n        {end}")

    outcomes = grade(runner.client, PACK, code, "test_first", "test_second", "test_calls").outcomes

    assert [o.verdict for o in outcomes] == [Verdict.FAILED, Verdict.FAILED, Verdict.PASSED]
    assert [o.evidence.ended for o in outcomes] == [""] * 3
    assert [o.diagnosis is not None for o in outcomes] == [explained, explained, False]


def test_an_explanation_has_a_number_of_calls(runner: Running) -> None:
    (outcome,) = grade(runner.client, PACK, CODE.replace("BEFORE", "pass"), "test_draws").outcomes

    assert outcome.verdict is Verdict.PASSED
    assert "all calls for the explanation are made" in outcome.detail


def test_an_examiner_that_ends_in_an_explanation_takes_no_verdict(runner: Running) -> None:
    code = CODE.replace("BEFORE", "pass")

    outcomes = grade(runner.client, PACK, code, "test_first", "test_ends", "test_second").outcomes

    assert [o.verdict for o in outcomes] == [Verdict.FAILED, Verdict.PASSED, Verdict.FAILED]
    assert [o.diagnosis is None for o in outcomes] == [False, True, True]


class Used:
    """What a watch measured of one explanation."""

    def __init__(self, cpu_s: float, wall_s: float) -> None:
        self.cpu_ns, self.wall_used = lambda: round(cpu_s * 1e9), lambda: wall_s


@pytest.mark.parametrize("used", [Used(CPU_S, 0.1), Used(0.0, 3600.0)])
def test_when_the_limits_are_used_up_the_next_row_may_make_no_calls(used: Used) -> None:
    explanations, diagnosed = Explanations(), Explained(detail="said")
    for number in range(2):
        explanations.hold(number, plan(f"test_{number}"), Outcome(f"test_{number}", Verdict.FAILED))
    before = explanations.calls

    outcome = explanations.explained(0, diagnosed, used)  # type: ignore[arg-type]

    assert (before, explanations.calls) == (CALLS, 0)
    assert (outcome.id, outcome.detail) == ("test_0", "said")
    assert [kept.id for kept in explanations.release()] == ["test_1"]
