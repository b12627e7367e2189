"""A row in which the student's process ends takes no other row's points, and says only what happened."""

from __future__ import annotations

import pytest

from grader.values import Limits, Mode, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade, plan

NAMES = "abcde"
PACK = kit.pack(
    "import pytest\n"
    + "".join(f"def test_{n}(student): assert student.{n}(2.0) == 4.0\n" for n in NAMES)
    + "".join(f"def test_{n}_again(student): assert student.{n}(3.0) == 6.0\n" for n in NAMES)
    + "def test_b_then_a(student): assert student.b(2.0) == student.a(2.0) == 4.0\n"
    + "".join(f"def test_many_{i}(student): assert student.a(2.0) == 4.0\n" for i in range(40))
)
LIMITS = Limits(cpu_s=0.8, wall_s=12, memory_mb=120, output_kb=16)
BEGIN = "import os, time, threading\nimport numpy as np\n"
GOOD = "def {0}(x): return 2 * x\n"
pytestmark = pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)


def code(a: str, begin: str = "") -> str:
    """A file whose a() has this body and whose other functions are right."""
    return BEGIN + begin + "".join(GOOD.format(n) for n in NAMES[1:]) + f"def a(x):\n    {a}\n"


FATAL = {
    "a crash": "import ctypes; ctypes.string_at(0)",
    "an end": "os._exit(0)",
    "an endless loop": "while True: pass",
    "endless printing": "while True: print('x' * 1000)",
    "memory": "s = []\n    while True: s.append(bytearray(1 << 20)); s[-1][::4096] = b'x' * 256",
}


@pytest.mark.parametrize("name", FATAL)
def test_every_row_that_does_not_call_the_lost_function_keeps_its_points(runner: Running, name: str) -> None:
    rows = ("test_b", "test_a", "test_a_again", "test_b_then_a", "test_c", "test_d", "test_b_again")
    hidden = ("test_e", "test_many_0", "test_d_again")

    brief = Limits(cpu_s=0.4, wall_s=12, memory_mb=120, output_kb=16)
    plans = [plan(r, brief) for r in rows] + [plan(r, brief, hidden=True) for r in hidden]
    outcomes = grade(runner.client, PACK, code(FATAL[name]), *plans).outcomes

    assert tuple(o.id for o in outcomes) == rows + hidden
    wrong = {"test_a", "test_a_again", "test_b_then_a", "test_many_0"}
    assert {o.id for o in outcomes if o.verdict is not Verdict.PASSED} == wrong
    assert all(o.evidence.ended != "not run" for o in outcomes)


def test_a_row_that_calls_an_endless_function_after_another_has_a_quarter_of_its_limits(
    runner: Running,
) -> None:
    busy = "t = time.process_time()\n    while time.process_time() < t + (9 if x == 2 else 0.05): pass\n"

    lost, quick, other = grade(
        runner.client, PACK, code(f"{busy}    return 2 * x"),
        plan("test_a", LIMITS), plan("test_a_again", LIMITS), plan("test_b_then_a", LIMITS),
    ).outcomes  # fmt: skip

    assert "more than 0.8 s of processor time, the limit of this test" in lost.message
    assert quick.verdict is Verdict.PASSED  # with other inputs the function ends well within a quarter
    assert other.message == (
        "The code used more than 0.2 s of processor time. That is a quarter of this test's limit (0.8 s), "
        "because this test needs `a`, which did not end in time in an earlier test."
    )
    assert 0.2e9 <= other.evidence.cpu_ns < 0.8e9


def test_a_crash_shortens_no_limits(runner: Running) -> None:
    wait = "t = time.process_time()\n    while time.process_time() < t + 0.4: pass\n"
    slow = f"if x == 2: os._exit(1)\n    {wait}"

    plans = [plan(t, LIMITS) for t in ("test_a", "test_a_again")]
    outcomes = grade(runner.client, PACK, code(f"{slow}    return 2 * x"), *plans).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.ERROR, Verdict.PASSED]


@pytest.mark.parametrize(
    ("body", "verdict"), [("os._exit(3)", Verdict.ERROR), ("while True: pass", Verdict.TIMEOUT)]
)
def test_a_file_that_ends_its_process_at_import_is_tried_in_every_row(
    runner: Running, body: str, verdict: Verdict
) -> None:
    rows = [plan(f"test_{n}", LIMITS) for n in NAMES]

    outcomes = grade(runner.client, PACK, code("return 2 * x", f"{body}\n"), *rows).outcomes

    assert {o.verdict for o in outcomes} == {verdict}
    assert all(o.evidence.ended in ("no answer", "cpu limit") for o in outcomes)
    if verdict is Verdict.TIMEOUT:  # one function is no worse than the others, and none ran with full limits
        assert "the import of your file" in outcomes[1].message
        assert sum(o.evidence.cpu_ns for o in outcomes) < 3 * 0.8e9


LEFT = {
    "a thread that ends the process": "threading.Timer(0.05, os._exit, (1,)).start()",
    "a thread that computes": (
        "def w():\n        while True: pass\n    threading.Thread(target=w, daemon=True).start()"
    ),
    "memory": "global kept; kept = np.ones(9 << 20)",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_a_passed_row_leaves_behind_costs_no_other_row(runner: Running, name: str) -> None:
    """b needs more than half of its limits: beside what a left behind, it would reach them."""
    needs = (
        "def b(x):\n    t = time.thread_time()\n    while time.thread_time() < t + 0.45: pass\n"
        "    np.ones(9 << 20)\n    return 2 * x\n"
    )
    text = code(f"{LEFT[name]}\n    return 2 * x") + needs

    outcomes = grade(
        runner.client, PACK, text, plan("test_a", LIMITS), plan("test_b", LIMITS), plan("test_c", LIMITS)
    ).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.PASSED] * 3, outcomes


def test_forty_endless_rows_end_within_the_gradings_limit_and_say_what_happened(runner: Running) -> None:
    rows = ["test_b", *(f"test_many_{i}" for i in range(40)), "test_c"]

    plans = [plan(r, Limits(cpu_s=0.4, wall_s=12, memory_mb=120, output_kb=16)) for r in rows]

    outcomes = grade(runner.client, PACK, code("while True: pass"), *plans, total_s=2).outcomes

    assert [outcomes[0].verdict, outcomes[-1].verdict] == [Verdict.PASSED] * 2
    endless = outcomes[1:-1]
    assert {o.verdict for o in endless} == {Verdict.TIMEOUT}
    not_run = [o for o in endless if o.evidence.ended == "not run"]
    assert not_run
    for outcome in not_run:
        assert outcome.evidence.cpu_ns == 0
        assert outcome.message == (
            "This test was not run: the whole grading may take 2 s, and the tests before this one used them; "
            "in one of them `a` did not end in time."
        )
    for outcome in set(endless) - set(not_run):
        assert outcome.evidence.ended in ("cpu limit", "wall limit")
        assert "not run" not in outcome.message


def test_more_lost_processes_than_an_examiner_may_have_open_files(runner: Running) -> None:
    rows = [f"test_many_{i}" for i in range(40)]

    outcomes = grade(runner.client, PACK, code("os._exit(1)"), *rows, "test_b").outcomes

    assert [o.evidence.ended for o in outcomes] == ["no answer"] * 40 + [""]
