import json

import pytest

from grader.packcheck import CheckReport, Matrix, check
from grader.packcheck.coverage import coverage_step
from grader.values import Verdict
from tests.helpers.packs import answering, make_pack
from tests.packcheck.test_check import Prover, is_solution

MATRIX = Matrix(("a", "b", "c"), (("one", ("a", "b")), ("two", ("b", "a")), ("three", ("b", "c"))))


def lucky(draws):
    """A runner whose solution fails the hidden test only on these draws."""
    keys = []

    def reply(order):
        if not is_solution(order):
            return None
        key = next(plan.key for plan in order.tests if plan.id == "test_other_sizes")
        if key not in keys:
            keys.append(key)
        fails = keys.index(key) + 1 in draws
        return answering(test_other_sizes=Verdict.FAILED)(order) if fails else None

    return Prover(reply)


def flaky_fault(report):
    (step,) = (step for step in report.steps if step.name == "Flakiness")
    return step.faults


def test_it_lists_the_mistakes_that_each_test_fails():
    assert MATRIX.reach == {"a": ("one", "two"), "b": ("one", "two", "three"), "c": ("three",)}


def test_it_names_tests_with_one_mistake_and_mistakes_that_fail_the_same_tests():
    assert coverage_step(MATRIX).advice == (
        "c: it fails only one mistake (three)",
        "these mistakes fail the same tests: one; two",
    )
    assert coverage_step(MATRIX).say == "each test fails 1 to 3 of 3 mistakes"


def test_coverage_is_advice():
    assert coverage_step(MATRIX).proven


def test_coverage_is_in_the_json():
    data = json.loads(json.dumps(check(make_pack(), Prover()).to_json()))

    assert data["coverage"] == {
        "reach": {
            "test_loss": ["half missing"],
            "test_gradient": ["sign"],
            "test_other_sizes": ["half missing"],
        },
        "lone": {"test_loss": "half missing", "test_gradient": "sign", "test_other_sizes": "half missing"},
        "alike": [],
    }


def test_a_test_that_fails_the_solution_by_chance_is_named_with_its_share():
    report = check(make_pack(), lucky({7, 19}))

    assert flaky_fault(report) == (
        "test_other_sizes: fails the solution on 2 of 20 draws: test_other_sizes failed",
    )
    assert (report.flakiness.draws, report.flakiness.tests) == (20, (("test_other_sizes", 2),))
    assert not report.proven


def test_a_solution_that_always_fails_ends_the_check_before_steps_that_compare_with_it():
    never = Prover(lambda o: answering(test_loss=Verdict.FAILED)(o) if is_solution(o) else None)

    names = [step.name for step in check(make_pack(), never).steps]

    assert names[-1] == "Solution"


def test_a_solution_that_never_fails_is_not_flaky():
    report = check(make_pack(), Prover())

    assert flaky_fault(report) == ()
    assert (report.flakiness.draws, report.flakiness.tests) == (20, ())


@pytest.mark.parametrize("draws", [1, 5])
def test_fewer_draws_can_be_asked_for(draws):
    prover = Prover()

    report = check(make_pack(), prover, draws=draws)

    assert report.flakiness.draws == draws
    assert sum(map(is_solution, prover.orders)) == draws + 1  # and one draw again


def test_a_report_of_an_earlier_version_is_read():
    data = check(make_pack(), Prover()).to_json()
    for key in ("flakiness", "mutants", "coverage"):
        del data[key]
    for step in data["steps"]:
        del step["advice"]

    old = CheckReport.from_json(json.loads(json.dumps(data)))

    assert (old.flakiness, old.mutants) == (None, None)
    assert old.matrix.rows
