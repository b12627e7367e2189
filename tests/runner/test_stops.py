"""A test that stops with an error because of what the student's code returned: the row has failed, and is
never a fault of ours or of the pack; a fault of the pack stays one."""

from __future__ import annotations

import pytest

from grader.values import Cause, Mode, Verdict
from tests.runner.kit import Running, grade, pack

pytestmark = pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
IDIOMS = {
    "test_index": "assert student.f(X)[2] == 3.0",
    "test_unpack": "a, b, c = student.f(X)\n    assert (a, b, c) == (1.0, 2.0, 3.0)",
    "test_later": "parts = student.f(X)\n    twice = [2 * p for p in parts]\n    assert twice[2] == 6.0",
    "test_helper": "assert third(student.f(X)) == 3.0",
    "test_key": "assert student.g(X)['w'] == 1.0",
    "test_length": "assert len(student.g(X)) == 1",
    "test_loop": "for key in student.g(X): assert key == 'w'",
    "test_compare": "assert student.h(X) == 3",
    "test_close": "assert np.allclose(student.h(X), 3.0)",
    "test_float": "assert math.sqrt(float(student.h(X))) > 1",
    "test_whole": "assert list(range(int(student.h(X)))) == [0, 1, 2]",
    "test_place": "assert 'abcd'[int(student.h(X))] == 'd'",
    "test_shape": "assert student.k(X).shape == (2,)",
    "test_inverse": "assert np.linalg.inv(student.m(X)).shape == (2, 2)",
    "test_inplace": "result, (x,) = student.k.inplace(X)\n    assert result.sum() == 3.0",
    "test_many": "assert student.h.many(np.ones((3, 2))).sum() == 9.0",
}
TESTS = """
import math
import numpy as np
X = np.ones(2)
def third(values): return [*values][2]
""" + "".join(f"def {name}(student):\n    {body}\n" for name, body in IDIOMS.items())
RIGHT = """
import numpy as np
def f(x): return 1.0, 2.0, 3.0
def g(x): return {"w": 1.0}
def h(x): return 3.0
def k(x): return x + 0.5
def m(x): return np.eye(2)
"""
ODD = {
    "None": "None", "an empty dict": "{}", "an empty tuple": "()", "a pair": "(1.0, np.ones(3))",
    "a ragged list": "[[1.0], [1.0, 2.0]]", "text": "'three'", "infinity": "float('inf')",
    "NaN": "float('nan')", "a huge number": "1.7e308", "a 0-d array": "np.array(-1)",
    "an empty array": "np.zeros((0, 1))", "a large array": "np.zeros(5_000)", "zeros": "np.zeros((2, 2))",
    "lists of None": "[None, None, None]", "a dict of None": "{'w': None, 0: None}", "-1": "-1",
}  # fmt: skip


def answering(value: str) -> str:
    return "import numpy as np\n" + "".join(f"def {name}(x): return {value}\n" for name in "fghkm")


@pytest.mark.parametrize("proven", [True, False], ids=["with a solution", "without"])
def test_no_returned_value_makes_a_row_internal(runner: Running, proven: bool) -> None:
    of = pack(TESTS, solution__m=RIGHT) if proven else pack(TESTS)

    assert {o.verdict for o in grade(runner.client, of, RIGHT, *IDIOMS).outcomes} == {Verdict.PASSED}
    for name, value in ODD.items():
        outcomes = grade(runner.client, of, answering(value), *IDIOMS).outcomes
        ended = {o.id: o.message for o in outcomes if o.verdict in (Verdict.FAILED, Verdict.PASSED)}
        assert list(ended) == list(IDIOMS), (name, outcomes)


def test_the_message_says_what_was_returned_and_what_was_expected(runner: Running) -> None:
    of = pack(TESTS, solution__m=RIGHT)
    wrong = """
import numpy as np
def f(x): return 1.0
def g(x): return {"b": 1.0}
def h(x): return np.array([3.0, float("inf")]) if len(x) else 0
def k(x): return x.tolist()
def m(x): return np.zeros((2, 2))
"""
    messages = {o.id: o.message for o in grade(runner.client, of, wrong, *IDIOMS).outcomes}

    assert messages["test_index"] == "f returned 1 value (a single number), expected 3 values."
    assert (
        messages["test_unpack"] == messages["test_later"] == messages["test_helper"] == messages["test_index"]
    )
    assert messages["test_key"] == "g returned a dict with 'b', expected a dict with 'w'."
    assert messages["test_float"] == (
        "h returned an array of shape (2,) with infinity, expected a single number."
    )
    assert messages["test_shape"] == "k returned a list of 2 items, expected an array of shape (2,)."
    assert messages["test_inverse"] == (
        "m returned an array of shape (2, 2), which this test can't use: LinAlgError."
    )


BROKEN = """
import pytest
WANT = {"a": 1.0}
def test_own_key(student):
    y = student.f(1.0)
    assert WANT["b"] == y
def test_own_unpacking(student):
    student.f(1.0)
    a, b = (1, 2, 3)
def test_wrong_use(student): assert student.f(1.0)[2] == 1.0
@pytest.mark.parametrize("n", [1, 2])
def test_cases(student, n):
    assert student.g(n)[0] == n
def test_source(student): assert student.source.index("def f(x)") >= 0
def test_once(student):
    if student.f(1.0) != 1.0: raise RuntimeError("not one")
"""


def test_an_error_that_right_values_cause_too_stays_the_packs(runner: Running) -> None:
    of = pack(BROKEN, solution__m="def f(x): return x\ndef g(n): return [n]\n")
    wrong = "def f (x): return 2.0\ndef g(n): return [n] if n == 1 else []\n"

    *broken, cases, source, once = grade(
        runner.client, of, wrong, "test_own_key", "test_own_unpacking", "test_wrong_use", "test_cases",
        "test_source", "test_once",
    ).outcomes  # fmt: skip

    assert {(o.verdict, o.cause) for o in broken} == {(Verdict.INTERNAL, Cause.PACK)}
    assert "KeyError" in broken[0].detail
    assert [case.verdict for case in cases.cases] == [Verdict.PASSED, Verdict.FAILED]
    assert (cases.verdict, cases.message) == (
        Verdict.FAILED, "g returned a list of 0 items, expected a list of 1 item.",
    )  # fmt: skip
    assert source.verdict is Verdict.FAILED
    assert once.verdict is Verdict.FAILED


def test_without_a_solution_only_an_operation_on_a_returned_value_is_the_students(runner: Running) -> None:
    key, unpacking, use = grade(
        runner.client, pack(BROKEN), "def f(x): return 2.0\n", "test_own_key", "test_own_unpacking",
        "test_wrong_use",
    ).outcomes  # fmt: skip

    assert key.verdict is unpacking.verdict is Verdict.INTERNAL
    assert use.message == "f returned a single number, expected 3 or more values."


HUNGRY = """
import ctypes, itertools, os
def test_ends(student):
    if student.f(1.0) == 2.0: os._exit(1)
def test_after(student): assert student.f(1.0) == 2.0
"""


def test_an_answer_that_ends_the_examiner_costs_that_row_alone(runner: Running) -> None:
    of = pack(HUNGRY, solution__m="def f(x): return 1.0\n")

    ends, after = grade(runner.client, of, "def f(x): return 2.0\n", "test_ends", "test_after").outcomes

    assert (ends.verdict, after.verdict) == (Verdict.FAILED, Verdict.PASSED)
    assert ends.message.startswith("With what this code returns, the test itself could not be finished")


RAISING = """
import numpy as np, pytest
from grader.kit import Seed, StudentError
def test_type(student):
    with pytest.raises(TypeError, match="a number"): student.f("x")
def test_base(student):
    with pytest.raises(ArithmeticError): student.g(0)
def test_name(student):
    with pytest.raises(StudentError) as caught: student.h()
    assert caught.value.kind == "Own" and caught.value.message == "mine"
def test_own_is_a_value_error(student):
    with pytest.raises(ValueError): student.h()
def test_not_this_one(student):
    with pytest.raises(KeyError): student.h()
def test_raises_nothing(student):
    with pytest.raises(TypeError): student.k(1)
def test_fails(student): pytest.fail("not good enough")
def test_asserts(student): student.a()
def test_constant(student): assert student.constant("K") == 3
def test_no_constant(student): assert student.K == 3
def test_function_for_a_constant(student): student.constant("k")
def test_seed(student):
    value, (seed, x) = student.drawn.inplace(Seed(5), np.zeros(2))
    assert value == np.random.default_rng(5).normal() and seed == Seed(5) and x[0] == 1.0
"""
RAISES = """
K = 3
class Own(ValueError): pass
def f(x): raise TypeError("x must be a number")
def g(x): return 1 / x
def h(): raise Own("mine")
def k(x): return 1.0
def a(): assert 1 == 2, "so"
def drawn(rng, x):
    x[0] = 1.0
    return rng.normal()
"""


def test_an_exception_of_the_student_is_caught_by_its_type(runner: Running) -> None:
    ids = [
        line.split("(")[0].removeprefix("def ") for line in RAISING.splitlines() if line.startswith("def ")
    ]
    by_id = {o.id: o for o in grade(runner.client, pack(RAISING), RAISES, *ids).outcomes}

    passing = [
        "test_type", "test_base", "test_name", "test_own_is_a_value_error", "test_constant", "test_seed",
    ]  # fmt: skip
    assert [i for i in ids if by_id[i].verdict is Verdict.PASSED] == passing, by_id
    assert (by_id["test_not_this_one"].verdict, by_id["test_not_this_one"].message) == (
        Verdict.ERROR, "h raised Own: mine",
    )  # fmt: skip
    nothing = by_id["test_raises_nothing"]
    assert (nothing.verdict, nothing.message) == (
        Verdict.FAILED, "Nothing was raised, expected TypeError.",
    )  # fmt: skip
    assert (by_id["test_fails"].verdict, by_id["test_fails"].message) == (Verdict.FAILED, "not good enough")
    assert (by_id["test_asserts"].verdict, by_id["test_asserts"].message) == (
        Verdict.ERROR, "a raised AssertionError: so",
    )  # fmt: skip
    assert by_id["test_no_constant"].verdict is Verdict.INTERNAL
    assert 'student.constant("K")' in by_id["test_no_constant"].detail
    assert by_id["test_function_for_a_constant"].verdict is Verdict.ERROR
