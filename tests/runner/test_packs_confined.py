# ruff: noqa: E501 - each action is a small program on one line
"""Packs are code too: a pack can harm only its own gradings, and its author gets a message."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from grader.grading.errors import RunnerError
from grader.values import Cause, Limits, Mode, Outcome, PackFiles, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade, plan

STUDENT = "def f(x): return 2 * x\n"
GOOD = kit.pack("def test_f(student): assert student.f(2.0) == 4.0\n")
BRIEF = Limits(cpu_s=1, wall_s=1, memory_mb=120, output_kb=16)

ACTIONS: dict[str, str] = {
    "crash": "import ctypes; ctypes.string_at(0)",
    "abort": "import os; os.abort()",
    "exit": "import sys; sys.exit(0)",
    "end": "import os; os._exit(0)",
    "raise": "raise RuntimeError('the pack is broken')",
    "fork": "import os; os.fork()",
    "fork for ever": "import os\nfor _ in range(200):\n    try: os.fork()\n    except OSError: pass\nraise OSError('no fork')",
    "run a program": "import subprocess; subprocess.run(['/bin/true'])",
    "use multiprocessing": "import multiprocessing as m; p = m.get_context('fork').Process(target=print); p.start()",
    "open a socket": "import socket; socket.socket().connect(('127.0.0.1', 80))",
    "make a pair of sockets": "import socket; socket.socketpair()",
    "read a file": "open('/etc/passwd').read()",
    "list the packs": "import os; os.listdir('$PACKS')",
    "read another pack": "open('$PACKS/$OTHER/tests/test_pack.py').read()",
    "list its process folder": "import os; os.listdir('/proc')",
    "read another's environment": "open('/proc/$PID/environ').read()",
    "write a file": "import tempfile; tempfile.NamedTemporaryFile()",
    "write into the pack": "open(__file__, 'a').write('x')",
    "signal the runner": "import os; os.kill($PID, 0)",
    "signal everybody": "import os; os.kill(-1, 9)",
    "trace the runner": "import ctypes; assert ctypes.CDLL(None).ptrace(16, $PID, 0, 0) == 0",
    "unshare": "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "take much memory": "x = bytearray(4 << 30)",
    "say a result": "import os; os.write(3, b'GCW1' + bytes(60))",
    "close the channel": "import os; os.close(3)",
    "raise its limits": "import resource; resource.setrlimit(resource.RLIMIT_CPU, (9999, 9999))",
}  # fmt: skip
PLACES = ("in a module", "in conftest", "in a test", "in a fixture")
EVERYWHERE = ("crash", "end", "exit", "raise", "fork", "open a socket", "read another pack", "say a result")
TRIED = [(n, p) for n in ACTIONS for p in PLACES if n in EVERYWHERE or p in ("in a module", "in a test")]
WAITING = {"loop": "while True: pass", "sleep": "import time; time.sleep(99)"}
HARMLESS = {"print much": "print('x' * 5_000_000)", "patch pytest": "import pytest; pytest.fail = None"}


def indented(action: str) -> str:
    return "".join(f"    {line}\n" for line in action.splitlines())


def packs(action: str) -> dict[str, PackFiles]:
    """Packs that do this action, by the place of the action in the pack."""
    calls = "    assert student.f(2.0) == 4.0\n"
    body = f"def test_f(student):\n{calls}"
    fixture = (
        f"import pytest\n@pytest.fixture\ndef odd():\n{indented(action)}\ndef test_f(student, odd):\n{calls}"
    )
    return {
        "in a module": kit.pack(f"{action}\n{body}"),
        "in conftest": PackFiles.of(
            [("tests/conftest.py", action.encode()), ("tests/test_pack.py", body.encode())]
        ),
        "in a test": kit.pack(f"def test_f(student):\n{indented(action)}{calls}"),
        "in a fixture": kit.pack(fixture),
    }


def outcome(runner: Running, of: PackFiles) -> Outcome | RunnerError:
    try:
        return grade(runner.client, of, STUDENT, plan("test_f", BRIEF)).outcomes[0]
    except RunnerError as e:
        return e


def aimed(runner: Running, action: str) -> str:
    places = {"PACKS": str(runner.packs), "OTHER": GOOD.digest, "PID": str(runner.process.pid)}
    for word, value in places.items():
        action = action.replace(f"${word}", value)
    return action


@pytest.fixture(scope="session")
def hanging(runner: Running) -> Iterator[Future[Any]]:
    """The grading of a pack that hangs while it is collected, which takes a slot for half a minute."""
    of = kit.pack("import time; time.sleep(99)\ndef test_f(student): pass\n")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(outcome, runner, of)


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_good_pack_is_graded_while_another_one_hangs(runner: Running, hanging: Future[Any]) -> None:
    good = kit.grade_test(runner.client, GOOD, STUDENT, "test_f")

    assert good.verdict == Verdict.PASSED
    assert not hanging.done()


@pytest.fixture(scope="session")
def done(runner: Running) -> dict[tuple[str, str], Any]:
    assert kit.grade_test(runner.client, GOOD, STUDENT, "test_f").verdict == Verdict.PASSED
    jobs = {(n, place): packs(aimed(runner, ACTIONS[n]))[place] for n, place in TRIED}
    with ThreadPoolExecutor(kit.SLOTS) as pool:
        return dict(zip(jobs, pool.map(lambda p: outcome(runner, p), jobs.values()), strict=True))


@pytest.mark.parametrize(("name", "place"), TRIED)
def test_a_forbidden_action_is_an_error_of_the_pack(done: dict[Any, Any], name: str, place: str) -> None:
    result = done[name, place]

    if isinstance(result, RunnerError):
        assert result.cause == Cause.PACK, result.detail
        assert result.detail
    else:
        assert (result.verdict, result.cause) == (Verdict.INTERNAL, Cause.PACK), result
        assert result.detail


@pytest.mark.parametrize("name", HARMLESS)
def test_an_allowed_action_does_not_count_against_the_student(runner: Running, name: str) -> None:
    for of in packs(HARMLESS[name]).values():
        result = outcome(runner, of)

        assert isinstance(result, Outcome), result
        assert result.verdict == Verdict.PASSED, result
        assert "xxx" not in result.output


def test_the_author_gets_the_reason(runner: Running) -> None:
    results = [outcome(runner, of) for of in packs("raise RuntimeError('the pack is broken')").values()]

    assert all("the pack is broken" in result.detail for result in results)


@pytest.mark.parametrize("name", WAITING)
def test_a_test_that_waits_too_long_is_an_error_of_the_pack(runner: Running, name: str) -> None:
    result = outcome(runner, packs(WAITING[name])["in a test"])

    assert isinstance(result, Outcome)
    assert (result.verdict, result.cause) == (Verdict.INTERNAL, Cause.PACK)


def test_a_broken_test_does_not_affect_other_tests(runner: Running) -> None:
    of = kit.pack(
        "import os\n"
        "def test_f(student): assert student.f(2.0) == 4.0\n"
        "def test_ends(student): os._exit(0)\n"
        "def test_g(student): assert student.f(3.0) == 6.0\n"
    )

    outcomes = grade(runner.client, of, STUDENT, "test_f", "test_ends", "test_g").outcomes

    assert [o.verdict for o in outcomes] == [Verdict.PASSED, Verdict.INTERNAL, Verdict.PASSED]


LYING = [
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed', 'share': '2', 'cases': 5}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'nonsense', 'share': '1'}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed', 'share': 'NaN'}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed', 'share': '2'}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'internal', 'cause': 'system'}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed'}, 'lost': True})",
    "c.send('end', {'outcome': {'id': 'other', 'verdict': 'passed'}})",
    "c.send('end', {'id': 'test_f', 'state': 'passed', 'share': '1'})",
    "c.send('end', 5)",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed', 'numbers': [['a', 1.0, 2.0, True]]}})",
    "c.send('end', {'outcome': {'id': 'test_f', 'verdict': 'passed', 'cases': [{'name': 'a', 'verdict': 'b'}]}})",
    "c.send('begin', 'other')",
    "c.send('candidate', 'everything')",
    "c.send('candidate', None)",
    "c.send('done')",
    "c.send('nonsense', [1] * 1000)",
]


@pytest.mark.parametrize("lie", LYING)
def test_an_examiner_that_lies_harms_only_its_own_grading(runner: Running, lie: str) -> None:
    """A pack decides the points of its own students; a lie must not look like an error of our system."""
    of = kit.pack(
        "from grader.wire import Channel\n"
        f"def test_f(student):\n    c = Channel(3, own=True)\n    {lie}\n    raise KeyError\n"
    )

    result = outcome(runner, of)

    if isinstance(result, RunnerError):
        assert result.cause == Cause.PACK, result.detail
    else:
        assert result.verdict == Verdict.PASSED or result.cause == Cause.PACK, result
        assert 0 <= result.share <= 1


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_pack_that_forks_in_a_thread_leaves_no_process(runner: Running) -> None:
    """A thread forks at the moment when the test host may fork: its child must end with the pack."""
    of = kit.pack(
        "import os, threading, time\n"
        "def fork_for_ever():\n"
        "    while True:\n"
        "        try:\n"
        "            if os.fork() == 0:\n"
        "                while True: time.sleep(1)\n"
        "        except OSError: pass\n"
        "threading.Thread(target=fork_for_ever, daemon=True).start()\n"
        "def test_f(student): assert student.f(2.0) == 4.0\n"
    )
    before = kit.family(runner.process.pid)

    outcome(runner, of)

    assert kit.grade_test(runner.client, GOOD, STUDENT, "test_f").verdict == Verdict.PASSED
    kit.wait_until(lambda: len(kit.family(runner.process.pid)) <= len(before) + 3)


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_pack_that_hangs_while_it_is_collected_is_stopped(runner: Running, hanging: Future[Any]) -> None:
    error = hanging.result(60)

    assert isinstance(error, RunnerError)
    assert error.cause == Cause.PACK
    assert "took longer" in error.detail
