"""Cases whose test is the judge: both sides of a search together, and what is concluded from their proofs."""

import numpy as np
import pytest

from grader.examiner.by_tests import Proof, alike, can_be_told, find_passing, serving_first
from grader.examiner.judging import Judged
from grader.kit.candidate import KeptCall
from grader.kit.replayed import Replayed
from grader.kit.student import Student
from grader.values.student_faults import CandidateLost
from tests.examiner.test_fitting import PLAN, changed, load, searcher_of

RIGHT = """
def scaled(x):
    return x * 2.0


def total(x):
    return float((x * x).sum())
"""
X = np.random.default_rng(3).normal(size=(4, 3))


def case(text, test):
    """A failed case of this test, with the calls that it made of a file."""
    module, kept = load(text), []

    def answer(request):
        value = getattr(module, request["path"])(*request["args"])
        kept.append(KeptCall(request, value))
        return value

    def passes(candidate):
        try:
            test(Student(candidate, {}))
        except Exception:
            return False
        return not candidate.lost

    assert not passes(Replayed(answer))
    return Judged(PLAN, passes, tuple(kept))


def found(text, test, path="scaled", answer=None):
    failed = case(text, test)
    with searcher_of(text, answer) as searcher:
        return find_passing(searcher, failed.judge(path))


def values(student):
    assert np.allclose(student.scaled(X), 2.0 * X)


def derived(student):
    assert np.isclose((student.scaled(X) ** 3).sum(), ((2.0 * X) ** 3).sum())


def two_calls(student):
    """Both calls are of the wrong function, and each alone can't be right."""
    assert np.allclose(student.scaled(X) - student.scaled(X + 1.0), -2.0)
    assert np.allclose(student.scaled(X), 2.0 * X)


def two_functions(student):
    assert np.isclose(student.total(student.scaled(X)), 4.0 * (X * X).sum())


@pytest.mark.parametrize("test", [values, derived, two_calls])
def test_a_change_with_which_the_test_passes_is_found(test):
    text = RIGHT.replace("x * 2.0", "x * 3.0")

    passing = found(text, test)

    assert passing.changes
    assert passing.sharp
    assert passing.tried
    assert any(np.allclose(load(changed(text, c)).scaled(X), 2.0 * X) for c in passing.changes)


def test_a_test_that_accepts_a_range_is_not_sharp():
    def small(student):
        assert abs(student.scaled(X)).max() < 3.0 * abs(X).max()

    passing = found(RIGHT.replace("x * 2.0", "x * 30.0"), small)

    assert passing.changes
    assert not passing.sharp


def test_a_test_that_any_multiple_passes_is_not_sharp():
    def linear(student):
        one, two = student.scaled(X), student.scaled(2.0 * X)
        assert np.allclose(two, 2.0 * one)

    passing = found(RIGHT.replace("x * 2.0", "x * 2.0 + 1.0"), linear)

    assert passing.changes
    assert not passing.sharp


def test_a_test_that_both_signs_pass_is_not_sharp():
    passing = found(RIGHT.replace("x * 2.0", "x * 3.0"), two_functions)

    assert passing.changes
    assert not passing.sharp


def test_a_small_whole_number_is_not_sharp():
    text = "def scaled(x):\n    return 3\n"

    def two(student):
        assert student.scaled(X) == 2

    assert not found(text, two).sharp


@pytest.mark.parametrize(
    ("value", "sharp"),
    [
        (10**25, True),
        (-(10**25), True),
        (10**400, False),
        (3, False),
        (True, False),
        ("text", False),
        (float("nan"), False),
        (np.float64(2.5), True),
        ((np.array([100, 200]), {"a": 1.5}), True),
    ],
)
def test_only_a_value_that_can_be_a_little_wrong_is_sharp(value, sharp):
    def exact(candidate):
        return alike(candidate.call("scaled", "plain", (), {}), value)

    request = {"path": "scaled", "mode": "plain", "args": (), "kwargs": {}}
    failed = Judged(PLAN, exact, (KeptCall(request, value),))

    assert failed.judge("scaled").is_sharp(lambda request: (True, value)) is sharp


def test_a_value_that_differs_from_that_of_the_test_is_not_searched():
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    failed = case(text.replace("3.0", "4.0"), values)

    with searcher_of(text) as searcher:
        assert not find_passing(searcher, failed.judge("scaled")).changes


def test_a_test_that_measures_time_is_not_run_again():
    def timed(student):
        value = student.scaled(X)
        assert student.scaled.timed(X).cpu_s < 1.0
        assert np.allclose(value, 2.0 * X)

    text = RIGHT.replace("x * 2.0", "x * 3.0")
    failed = case(text, timed)
    with searcher_of(text) as searcher:
        judge = failed.judge("scaled")
        passing = find_passing(searcher, judge)

    assert not passing.changes
    assert not judge.replays


def test_a_case_with_endless_calls_ends():
    candidate = Replayed(lambda request: X)
    student = Student(candidate, {})

    def endless():
        while True:
            student.scaled(X)

    with pytest.raises(CandidateLost):
        endless()


def test_cases_of_few_functions_and_calls_come_first():
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    one, two, both = case(text, values), case(text, two_calls), case(text, two_functions)

    assert serving_first([both, two, one]) == [one, two, both]
    assert both.paths == ["total", "scaled"]


PROOF = Proof(("test_a",), (np.ones(3), {"w": 1.0}))


@pytest.mark.parametrize(
    ("proofs", "sharp", "failed", "told"),
    [
        ([PROOF], True, 1, True),
        ([PROOF], True, 2, True),
        ([PROOF], False, 1, False),
        ([PROOF], False, 2, False),
        ([Proof(("test_a", "test_b"), (1.0,))], False, 2, True),
        ([PROOF, Proof(("test_a",), (np.ones(3) + 1e-12, {"w": 1.0}))], True, 1, True),
        ([PROOF, Proof(("test_a",), (np.ones(3), {"w": 2.0}))], True, 1, False),
        ([PROOF, Proof(("test_a",), (np.ones(3),))], True, 1, False),
    ],
)
def test_a_test_that_accepts_two_values_or_a_range_tells_nothing(proofs, sharp, failed, told):
    assert can_be_told(proofs, sharp=sharp, failed=failed) is told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([1.0, None, "a"], [1.0, None, "a"], True),
        ((1.0, "a"), (1.0, "b"), False),
        (None, 0.0, False),
        ({"w": np.ones(2)}, {"v": np.ones(2)}, False),
        (np.ones(2), np.ones(3), False),
        (np.ones(2), {"w": 1}, False),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), True),
        (np.array([1e9, 1.0]), np.array([1e9, 1.5]), True),
    ],
)
def test_values_are_alike_up_to_rounding(one, other, same):
    assert alike(one, other) is same


@pytest.mark.parametrize("kind", ["again", "describe"])
def test_a_searcher_that_forges_values_gives_no_change(kind):
    """What it says of one call is asked of it again for all of them, and then proven elsewhere."""
    text = RIGHT.replace("x * 2.0", "x * 3.0")
    forged = {"again": ("value", {"value": [None, {"a": 1}]}), "describe": ("changes", [])}

    assert not found(text, values, answer={kind: forged[kind]}).changes
