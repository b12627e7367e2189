"""Time that is not the student's: the wait for a core, starting a process, the work of the test itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.runner.delays import Delays
from grader.runner.watch import Watch
from grader.sandbox.figures import Figures
from grader.values import Cause, Limits, Verdict
from tests.runner import kit
from tests.runner.kit import Running, plan

SPINS = "import time\nprint(flush=True)\nwhile time.process_time() < 60: pass"
THREADS = """
import hashlib, threading
data = bytes(1 << 16)
def work():
    while True: hashlib.sha256(data).digest()
for _ in range(8): threading.Thread(target=work, daemon=True).start()
print(flush=True)
threading.Event().wait(60)
"""
SLEEPS = "import time\nprint(flush=True)\ntime.sleep(60)"
OWN = """
import time
def spin(s):
    end = time.process_time() + s
    while time.process_time() < end: pass
def test_computes(student):
    spin(0.6)
    assert student.f() == 1.0
def test_endless(student):
    student.f()
    spin(3600)
def test_next(student): assert student.f() == 1.0
"""


@pytest.fixture
def on_one_core():
    """start(code): the pid of a process that has begun; all run on the same core."""
    core = min(os.sched_getaffinity(0))
    started = []

    def start(code: str) -> int:
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        os.sched_setaffinity(child.pid, {core})
        assert child.stdout is not None
        child.stdout.readline()
        started.append(child)
        return child.pid

    yield start
    for child in started:
        child.kill()
        child.communicate()


def test_the_wait_for_a_core_is_measured_and_sleep_is_none(on_one_core) -> None:
    processes = [Figures(on_one_core(code)) for code in (SPINS, SPINS, SLEEPS)]
    start, before = time.monotonic_ns(), [process.waited_ns() for process in processes]

    def waited() -> list[int]:
        return [process.waited_ns() - was for process, was in zip(processes, before, strict=True)]

    kit.wait_until(lambda: min(waited()[:2]) > 1e8)  # they run in turn, so each comes to wait for the other
    first, second, asleep = waited()

    assert max(first, second) < time.monotonic_ns() - start
    assert asleep < min(first, second)


def test_threads_that_wait_for_each_other_are_no_wait_of_their_process(on_one_core) -> None:
    pid = on_one_core(THREADS)
    process = Figures(pid)
    start, before = time.monotonic_ns(), process.waited_ns()

    kit.wait_until(lambda: process.used_ns() > 4e8)
    waited, elapsed = process.waited_ns() - before, time.monotonic_ns() - start
    summed = sum(
        int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[1])
        for thread in os.listdir(f"/proc/{pid}/task")
    )

    assert waited <= elapsed
    assert summed > 2 * elapsed


def test_what_is_ours_is_not_counted_against_the_wall_limit() -> None:
    this = Figures(os.getpid())
    watches = [Watch(plan("test_a", Limits(wall_s=0.5)), None, Delays(this)) for _ in range(2)]
    for watch in watches:
        watch.started -= 5.0
    ours, _ = watches
    ours.delays.add(4.9)

    for watch in watches:
        watch.look(time.monotonic())

    assert [watch.loss is None for watch in watches] == [True, False]
    assert watches[1].evidence().ended == "wall limit"
    assert ours.evidence().wall_ns < watches[1].evidence().wall_ns


def test_a_test_that_computes_for_long_is_not_the_students_fault(runner: Running) -> None:
    limits = Limits(cpu_s=1, wall_s=0.4, memory_mb=200, output_kb=16)
    plans = [plan(id, limits) for id in ("test_computes", "test_endless", "test_next")]

    computes, endless, following = kit.grade(
        runner.client, kit.pack(OWN), "def f(): return 1.0", *plans
    ).outcomes

    assert computes.verdict is Verdict.PASSED, computes.detail
    assert (endless.verdict, endless.cause) == (Verdict.INTERNAL, Cause.PACK)
    assert "the test itself used more than 0.8 s of processor time" in endless.detail
    assert following.verdict is Verdict.PASSED


def test_an_import_that_sleeps_before_a_timed_call_is_the_students_fault(runner: Running) -> None:
    limits = Limits(cpu_s=1, wall_s=0.4, memory_mb=200, output_kb=16)
    tests = "def test_timed(student): student.f.timed()"
    code = "import time\ntime.sleep(30)\ndef f(): return 1.0"

    (timed,) = kit.grade(runner.client, kit.pack(tests), code, plan("test_timed", limits)).outcomes

    assert (timed.verdict, timed.cause) == (Verdict.TIMEOUT, None), timed.detail
