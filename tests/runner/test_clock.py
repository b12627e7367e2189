"""The cost of a call comes from the kernel, whatever the student's code does with its own clocks."""

from __future__ import annotations

import pytest

from grader.values import Cause, Limits, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade_test

TESTS = """
import os
from grader.kit import fail

def test_cost(student):
    student.f(0.0)
    fail(str([student.f.timed(0.3).cpu_s, student.f.timed(0.0).cpu_s]))
def test_ends(student):
    student.f.timed(0.3)
def test_endless(student):
    while True: student.f.timed(0.0)
"""
AFTER_ITS_END = """
from grader.wire import Channel

def test_cost(student):
    runner = Channel(3, own=True)
    runner.send("end", {"outcome": {"id": "test_cost", "verdict": "passed", "share": "1"}})
    runner.receive()
    runner.send("clock")
    assert runner.receive().kind == "clock"  # of the next test, which has begun now
def test_next(student): pass
"""
PACK = kit.pack(TESTS)
BRIEF = Limits(cpu_s=0.3, wall_s=1, memory_mb=200, output_kb=64)
HEAD = "import os, threading, time\n"
SPINS = "def spin(s):\n    end = time.thread_time() + s\n    while time.thread_time() < end: pass\n"
TAMPERS = "time.process_time = time.thread_time_ns = time.clock_gettime = lambda *a: 0\n"
WORKERS = {
    "here": "def f(s): spin(s); return s\n",
    "in a thread": "def f(s):\n    t = threading.Thread(target=spin, args=(s,))\n    t.start(); t.join()\n",
    "with its own clocks stopped": f"def f(s): spin(s); return s\n{TAMPERS}",
}


def costs(outcome: Outcome) -> tuple[float, float]:
    """CPU seconds of the call that computes and of the call that does not, as the test got them."""
    assert outcome.verdict is Verdict.FAILED, outcome
    first, second = outcome.message.strip("[]").split(", ")
    return float(first), float(second)


@pytest.mark.parametrize("where", WORKERS)
def test_the_cost_of_a_call_includes_all_its_threads(runner: Running, where: str) -> None:
    outcome = grade_test(runner.client, PACK, HEAD + SPINS + WORKERS[where], "test_cost")
    busy, idle = costs(outcome)

    assert busy >= 0.3
    assert 0.0 < idle < 0.3
    assert busy + idle <= outcome.evidence.cpu_ns / 1e9


def test_sleep_costs_nothing(runner: Running) -> None:
    busy, _ = costs(
        grade_test(runner.client, PACK, HEAD + "def f(s): time.sleep(s); return s\n", "test_cost")
    )

    assert busy < 0.3


def test_a_process_that_ends_in_a_timed_call_has_the_verdict_error(runner: Running) -> None:
    outcome = grade_test(runner.client, PACK, HEAD + "def f(s): os._exit(3)\n", "test_ends")

    assert (outcome.verdict, outcome.evidence.ended) == (Verdict.ERROR, "no answer")


def test_a_test_that_reads_the_clock_for_ever_is_stopped_by_its_limits(runner: Running) -> None:
    endless = kit.plan("test_endless", BRIEF)
    outcome = grade_test(runner.client, PACK, HEAD + "def f(s): return s\n", endless)

    assert outcome.verdict is Verdict.TIMEOUT or outcome.cause is Cause.PACK


def test_a_test_that_reports_its_own_end_and_reads_the_clock_gets_no_points(runner: Running) -> None:
    outcomes = kit.grade(runner.client, kit.pack(AFTER_ITS_END), "", "test_cost", "test_next").outcomes

    assert outcomes[1].verdict is Verdict.INTERNAL
    assert outcomes[1].cause is Cause.PACK
    assert "not the one running" in outcomes[1].detail
