"""What a pack's tests compute themselves is limited: no row takes the time of another, and whose fault it is
that a test computes for long, a run with the solution says."""

from __future__ import annotations

import pytest

from grader.runner.own_time import OwnTime
from grader.values import Cause, Limits, Mode, PackFiles, Verdict
from grader.values.returned import UNFINISHED
from tests.runner.kit import Running, grade, pack, plan

pytestmark = pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
BURN = """
import time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
"""
IDS = [f"test_{i}" for i in range(5)]
LONG = BURN + "def test_known(student): assert student.f()[2] == 1.0\n"
LONG += "".join(f"def {test}(student): burn(0.7)\n" for test in IDS)
BY_THE_ANSWER = BURN + "def test_other(student): assert student.g() == 1.0\n"
BY_THE_ANSWER += "".join(f"def {test}(student): burn(student.f())\n" for test in IDS)
TOTAL_S = 1.0  # the tests themselves may use twice as much
RIGHT = "def f(): return 0.0\ndef g(): return 1.0\n"
HOSTILE = "def f(): return 1e9\ndef g(): return 1.0\n"


def by_the_answer(**more: str) -> PackFiles:
    return pack(BY_THE_ANSWER, **more)


@pytest.mark.slow
def test_a_test_that_computes_for_long_by_itself_is_the_packs_fault(runner: Running) -> None:
    of = pack(LONG, solution__m="def f(): return 0.0, 0.0, 1.0\n")

    known, *rows = grade(
        runner.client, of, "def f(): return 1.0\n", "test_known", *IDS, total_s=TOTAL_S
    ).outcomes

    assert known.verdict is Verdict.FAILED  # what a student returned is theirs all the same
    assert rows[0].verdict is Verdict.PASSED
    for row in rows[1:]:
        assert (row.verdict, row.cause) == (Verdict.INTERNAL, Cause.PACK)
        assert "the test itself used more than" in row.detail


@pytest.mark.slow
def test_answers_that_make_the_tests_compute_for_long_fail_their_rows_and_no_other(runner: Running) -> None:
    hidden = plan("test_4", hidden=True)

    *rows, secret, other = grade(
        runner.client,
        by_the_answer(solution__m=RIGHT),
        HOSTILE,
        *IDS[:4],
        hidden,
        "test_other",
        total_s=TOTAL_S,
    ).outcomes

    assert other.verdict is Verdict.PASSED
    assert [row.verdict for row in (*rows, secret)] == [Verdict.FAILED] * 5
    assert rows[0].message == (
        "With what this code returns, the test itself computes for more than 1 s, the most that it may; with "
        "right values it takes less than half of that."
    )
    assert secret.message == UNFINISHED


def test_without_a_solution_nobody_knows_whose_fault_it_is(runner: Running) -> None:
    (row,) = grade(runner.client, by_the_answer(), HOSTILE, "test_0", total_s=0.2).outcomes

    assert (row.verdict, row.cause) == (Verdict.INTERNAL, Cause.PACK)


@pytest.mark.parametrize("wall_s", [1.0, 10.0])
def test_rows_that_use_up_their_limits_leave_each_other_row_its_share(runner: Running, wall_s: float) -> None:
    own, rows = OwnTime(30.0, 20), [f"test_{i}" for i in range(20)]
    for row in rows:
        own.begin(plan(row, Limits(cpu_s=1, wall_s=wall_s, memory_mb=200, output_kb=64)))
        own.past_s += own.limits[row]

    assert min(own.limits.values()) >= 1.5
    assert own.past_s <= own.most_s + 1e-9
