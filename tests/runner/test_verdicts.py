"""Each way in which code can end has its verdict, message and evidence; each test has its own limits."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from grader.grading.errors import RunnerError
from grader.values import Cause, Graded, Limits, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade, pack, plan

TESTS = """
import numpy as np, pytest, time
from grader.kit import Mismatch, Number, Seed, fail

def test_a(student): assert student.a(2.0) == 4.0, "a differs"
def test_b(student): assert student.b(2.0) == 4.0, "b differs"
def test_c(student): assert student.c(2.0) == 4.0, "c differs"
def test_d(student): assert student.d(2.0) == 4.0, "d differs"
def test_e(student): assert student.e(2.0) == 4.0, "e differs"
def test_mismatch(student):
    raise Mismatch("a is off", numbers=(Number("off by", 2.0, 1.0, False),))
def test_slow_test(student):
    student.a(2.0); time.sleep(9)
def test_broken(student):
    student.a(2.0); {}["no such key"]
def test_printed(student):
    student.a(2.0)
    assert student.printed == "in a\\n", repr(student.printed)
def test_source(student): assert "def a" in student.source
@pytest.mark.parametrize("n", [1, 2, 3])
def test_cases(student, n): assert student.a(float(n)) < 6, f"{n} is too much"
def test_award(student, award):
    student.a(1.0); award("0.25", "a quarter")
def test_many(student):
    got = student.a.many(np.arange(6.0).reshape(3, 2))
    assert isinstance(got, np.ndarray) and np.array_equal(got, 2 * np.arange(6.0).reshape(3, 2))
def test_many_dict(student):
    got = student.tree.many({"w": np.ones((3, 2)), "b": np.zeros(3)}, 2.0)
    assert list(got) == [4.0] * 3, got
def test_inplace(student):
    x = np.ones(3)
    result, (after,) = student.change.inplace(x)
    assert result is None and np.array_equal(after, np.zeros(3)) and np.array_equal(x, np.ones(3))
def test_seed(student):
    assert student.draw(Seed(5)) == np.random.default_rng(5).normal()
"""
PACK = pack(TESTS)
GOOD = "def {0}(x): return 2 * x\n"
ALL_GOOD = "".join(GOOD.format(n) for n in "abcde")
PATIENT = Limits(cpu_s=0.6, wall_s=12, memory_mb=120, output_kb=16)  # for a busy machine
SHORT = Limits(cpu_s=0.6, wall_s=2, memory_mb=120, output_kb=16)


def with_a(body: str) -> str:
    """A file whose a() has this body and whose other functions are correct."""
    return ALL_GOOD + f"import os, sys, time\nimport numpy as np\ndef a(x):\n    {body}\n"


ENDINGS: dict[str, tuple[str, Verdict, str, str]] = {
    "a loop": ("while True: pass", Verdict.TIMEOUT, "more than 0.6 s of processor time", "cpu limit"),
    "a loop in BLAS": (
        "m = np.ones((400, 400))\n    while True: m = m @ m * 0",
        Verdict.TIMEOUT, "processor time", "cpu limit",
    ),
    "loops in threads": (
        "import threading\n    def w():\n        while True: pass\n"
        "    [threading.Thread(target=w).start() for _ in range(3)]; w()",
        Verdict.TIMEOUT, "processor time", "cpu limit",
    ),
    "a sleep": ("time.sleep(60)", Verdict.TIMEOUT, "may take 2 s", "wall limit"),
    "an endless wait": (
        "import threading; threading.Event().wait()",
        Verdict.TIMEOUT, "may take 2 s", "wall limit",
    ),
    "a large array": ("return np.ones(1 << 28).sum()", Verdict.MEMORY, "", ""),
    "a list that grows": ("s = []\n    while True: s.append(bytearray(1 << 20))", Verdict.MEMORY, "", ""),
    "many threads": (
        "import threading\n    for _ in range(9999): threading.Thread(target=time.sleep, args=(99,)).start()",
        Verdict.ERROR, "thread", "",
    ),
    "mappings": (
        "import mmap\n    s = []\n    while True: s.append(mmap.mmap(-1, 1 << 24))",
        Verdict.ERROR, "raised", "",
    ),
    "a flood of print": (
        "while True: print('x' * 1000)",
        Verdict.OUTPUT_LIMIT, "more than 16 kB", "output limit",
    ),
    "a flood of errors": (
        "while True: print('x' * 1000, file=sys.stderr)",
        Verdict.OUTPUT_LIMIT, "more than 16 kB", "output limit",
    ),
    "a raw flood": (
        "while True: os.write(2, b'x' * 60000)",
        Verdict.OUTPUT_LIMIT, "more than 16 kB", "output limit",
    ),
    "a forbidden call": (
        "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)",
        Verdict.REFUSED, "not allowed here", "forbidden call",
    ),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Verdict.ERROR, "SIGSEGV", "crash"),
    "an abort": ("os.abort()", Verdict.ERROR, "crashed", "crash"),
    "an end": ("os._exit(0)", Verdict.ERROR, "ended its process instead of returning", "no answer"),
    "sys.exit": ("sys.exit(3)", Verdict.ERROR, "SystemExit: 3", ""),
    "an exception": ("return undefined", Verdict.ERROR, "NameError: name 'undefined'", ""),
    "recursion": ("return a(x)", Verdict.ERROR, "RecursionError", ""),
    "many descriptors": ("while True: os.dup(1)", Verdict.ERROR, "OSError", ""),
    "a wrong value": ("return 5.0", Verdict.FAILED, "a differs", ""),
    "no value": ("pass", Verdict.FAILED, "a", ""),
    "a set": ("return {1}", Verdict.FAILED, "a returned a set; expected numbers", ""),
    "input()": ("return input()", Verdict.ERROR, "input() is not allowed here", ""),
    "open()": ("return open('x').read()", Verdict.ERROR, "is not allowed here", ""),
}  # fmt: skip


@pytest.fixture(scope="session")
def ended(runner: Running) -> dict[str, Any]:
    codes = {name: with_a(row[0]) for name, row in ENDINGS.items()}
    waiting = {name: codes.pop(name) for name, row in ENDINGS.items() if row[3] == "wall limit"}
    busy = kit.grade_each(runner.client, PACK, codes, plan("test_a", PATIENT))
    return busy | kit.grade_each(runner.client, PACK, waiting, plan("test_a", SHORT))


@pytest.mark.parametrize("name", ENDINGS)
def test_each_ending_has_its_verdict(ended: dict[str, Any], name: str) -> None:
    _, verdict, words, evidence = ENDINGS[name]
    outcome = ended[name]

    assert (outcome.verdict, outcome.evidence.ended) == (verdict, evidence), outcome
    assert words in outcome.message
    assert outcome.share == 0


def test_the_figures_come_from_the_kernel(ended: dict[str, Any]) -> None:
    assert 0.5e9 < ended["a loop"].evidence.cpu_ns < 1.5e9
    assert ended["a sleep"].evidence.cpu_ns < 0.5e9
    assert 1.9e9 < ended["a sleep"].evidence.wall_ns < 6e9
    assert ended["a raw flood"].evidence.output_bytes > 16 * 1024
    assert len(ended["a raw flood"].output) <= 16 * 1024
    assert ended["a wrong value"].evidence.peak_memory_kb > 1000


@pytest.mark.parametrize(
    "name", ["a loop", "a sleep", "a raw flood", "an end", "an exception", "a forbidden call"]
)
def test_a_lost_candidate_does_not_affect_other_tests(runner: Running, name: str) -> None:
    code = with_a(ENDINGS[name][0])

    outcomes = grade(
        runner.client, PACK, code, *(plan(t, SHORT) for t in ("test_b", "test_a", "test_c"))
    ).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.PASSED, ENDINGS[name][1], Verdict.PASSED]


def test_every_test_runs_whatever_was_lost_before(runner: Running) -> None:
    code = "import os\n" + "".join(f"def {n}(x): os._exit(0)\n" for n in "abcd") + GOOD.format("e")

    outcomes = grade(runner.client, PACK, code, *(f"test_{n}" for n in "abcde")).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.ERROR] * 4 + [Verdict.PASSED]
    assert [o.evidence.ended for o in outcomes] == ["no answer"] * 4 + [""]


def test_each_test_has_its_own_limits(runner: Running) -> None:
    code = ALL_GOOD + "import time\ndef a(x):\n    time.sleep(0.7)\n    return 2 * x\nb = a\n"
    long, brief = Limits(2, 5, 120, 16), Limits(2, 0.3, 120, 16)

    outcomes = grade(runner.client, PACK, code, plan("test_a", brief), plan("test_b", long)).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.TIMEOUT, Verdict.PASSED]


def test_each_test_has_its_own_memory(runner: Running) -> None:
    code = ALL_GOOD + "import numpy as np\ndef a(x):\n    np.ones(20 << 20)\n    return 2 * x\nb = a\n"
    small, large = Limits(2, 5, 100, 16), Limits(2, 5, 400, 16)

    outcomes = grade(runner.client, PACK, code, plan("test_a", small), plan("test_b", large)).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.MEMORY, Verdict.PASSED]


def test_cpu_time_is_counted_for_each_test_not_for_the_process(runner: Running) -> None:
    body = "    t = time.process_time()\n    while time.process_time() < t + 0.4: pass\n    return 2 * x\n"
    code = f"{ALL_GOOD}import time\ndef a(x):\n{body}b = c = d = e = a\n"

    outcomes = grade(runner.client, PACK, code, *(plan(f"test_{n}", PATIENT) for n in "abcde")).outcomes

    assert [o.verdict for o in outcomes] == [Verdict.PASSED] * 5


def test_the_whole_grading_has_a_limit(runner: Running) -> None:
    code = ALL_GOOD + "import time\ndef a(x):\n    time.sleep(60)\nb = a\n"

    graded = grade(
        runner.client, PACK, code, *(plan(t, Limits(2, 30)) for t in ("test_a", "test_c")), total_s=1.5
    )

    assert [o.verdict for o in graded.outcomes] == [Verdict.TIMEOUT] * 2
    assert "the whole grading may take 1.5 s" in graded.outcomes[0].message
    assert "the whole grading" in graded.outcomes[1].message


def test_output_belongs_to_the_test_that_printed_it(runner: Running) -> None:
    code = "print('import')\n" + "".join(
        f"def {n}(x):\n    print('in {n}')\n    return 2 * x\n" for n in "abc"
    )

    outcomes = grade(runner.client, PACK, code, "test_a", "test_b", "test_c").outcomes

    assert [o.output for o in outcomes] == ["import\nin a\n", "in b\n", "in c\n"]


@pytest.mark.parametrize(
    "test",
    ["test_source", "test_many", "test_many_dict", "test_inplace", "test_seed", "test_cases", "test_printed"],
)
def test_the_kit_works(runner: Running, test: str) -> None:
    code = (
        "import numpy as np\n"
        "def a(x):\n    print('in a')\n    return 2 * x if np.ndim(x) else min(2 * x, 5.0)\n"
        "def tree(p, k): return float(k * p['w'].sum() + p['b'])\n"
        "def change(x): x[:] = 0\n"
        "def draw(rng): return rng.normal()\n"
    )

    outcome = kit.grade_test(runner.client, PACK, code, test)

    assert outcome.verdict == Verdict.PASSED, outcome


def test_cases_are_counted(runner: Running) -> None:
    graded = grade(
        runner.client, PACK, ALL_GOOD, dataclasses.replace(plan("test_cases"), partial=True), "test_award"
    )

    cases, award = graded.outcomes
    assert [c.verdict for c in cases.cases] == [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]
    assert cases.share == pytest.approx(Decimal(2) / 3)
    assert cases.message == "3 is too much"
    assert (award.verdict, award.share, award.message) == (Verdict.PASSED, Decimal("0.25"), "a quarter")


def test_a_mismatch_has_its_numbers(runner: Running) -> None:
    outcome = kit.grade_test(runner.client, PACK, ALL_GOOD, "test_mismatch")

    assert (outcome.verdict, outcome.message) == (Verdict.FAILED, "a is off")
    assert [(n.name, n.value, n.threshold, n.passed) for n in outcome.numbers] == [
        ("off by", 2.0, 1.0, False)
    ]


def test_a_test_that_raises_is_an_error_of_the_pack(runner: Running) -> None:
    broken, slow = grade(runner.client, PACK, ALL_GOOD, "test_broken", plan("test_slow_test", SHORT)).outcomes

    assert (broken.verdict, broken.cause) == (Verdict.INTERNAL, Cause.PACK)
    assert "KeyError" in broken.detail
    assert (slow.verdict, slow.cause) == (Verdict.INTERNAL, Cause.PACK)


ENDING_PYTEST = """
import pytest

@pytest.fixture
def interrupting():
    raise KeyboardInterrupt

def test_exits(student): pytest.exit("enough")
def test_interrupted(student, interrupting): pass
def test_later(student): assert student.a(2.0) == 4.0
"""


def test_a_test_that_ends_pytest_ends_itself_alone(runner: Running) -> None:
    ids = ["test_exits", "test_interrupted", "test_later"]
    *broken, later = grade(runner.client, pack(ENDING_PYTEST), ALL_GOOD, *ids).outcomes

    assert [outcome.verdict for outcome in broken] == [Verdict.INTERNAL] * 2
    for outcome, raised in zip(broken, ("Exit: enough", "KeyboardInterrupt"), strict=True):
        assert raised in outcome.detail
    assert later.verdict is Verdict.PASSED


def test_a_test_without_its_function_is_an_error_of_the_pack(runner: Running) -> None:
    with pytest.raises(RunnerError, match="tests/ has no test function test_nowhere") as caught:
        grade(runner.client, PACK, ALL_GOOD, "test_nowhere")
    assert caught.value.cause == Cause.PACK


def test_outcomes_arrive_in_order_when_they_are_ready(runner: Running) -> None:
    received: list[Outcome] = []
    order = kit.Order(
        PACK, ("m.py",), (("m.py", ALL_GOOD.encode()),), tuple(plan(f"test_{n}") for n in "cab")
    )

    graded: Graded = runner.client.grade(order, received.append)

    assert [o.id for o in received] == [o.id for o in graded.outcomes] == ["test_c", "test_a", "test_b"]
    assert graded.mode == runner.mode


def test_what_a_row_uses_is_not_counted_for_the_row_before_it(runner: Running) -> None:
    code = "import time\ndef f(s, n):\n    end = time.thread_time() + s\n    room = bytearray(n)\n    " + (
        "while time.thread_time() < end: pass\n    return float(len(room))\n"
    )
    tests = pack(
        "def test_brief(student): student.f(0.0, 1)\ndef test_long(student): student.f(0.4, 1 << 26)"
    )

    brief, long = kit.grade(runner.client, tests, code, "test_brief", "test_long").outcomes

    assert brief.evidence.cpu_ns < 2e8 < long.evidence.cpu_ns
    assert brief.evidence.peak_memory_kb + (1 << 15) < long.evidence.peak_memory_kb
