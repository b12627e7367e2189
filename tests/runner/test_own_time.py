"""What a pack's tests compute themselves is limited for a whole grading, not only for each test."""

from __future__ import annotations

import pytest

from grader.values import Cause, Mode, Verdict
from tests.runner.kit import Running, grade, pack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str),
]
TESTS = """
import time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
def test_known(student): assert student.f()[2] == 1.0
""" + "".join(f"def test_{i}(student): burn(0.7)\n" for i in range(5))
IDS = ("test_known", *(f"test_{i}" for i in range(5)))
OWN_S = 2.0  # twice the grading's limit of one second


def test_rows_after_the_own_time_of_a_grading_get_no_verdict_and_it_is_the_packs_fault(
    runner: Running,
) -> None:
    of = pack(TESTS, solution__m="def f(): return 0.0, 0.0, 1.0\n")

    known, *rows = grade(runner.client, of, "def f(): return 1.0\n", *IDS, total_s=OWN_S / 2).outcomes

    assert known.verdict is Verdict.FAILED  # what a student returned is theirs all the same
    assert [o.verdict for o in rows[:2]] == [Verdict.PASSED] * 2
    for row in rows[3:]:
        assert (row.verdict, row.cause) == (Verdict.INTERNAL, Cause.PACK)
        assert "the tests themselves used more than 2 s of processor time in this grading" in row.detail
