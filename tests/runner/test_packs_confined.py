# ruff: noqa: E501 - each deed is a small program, kept on one line
"""A pack is somebody's code too: whatever it does, it hurts itself alone, and its author is told."""

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

DEEDS: dict[str, str] = {
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
TRIED = [(n, p) for n in DEEDS for p in PLACES if n in EVERYWHERE or p in ("in a module", "in a test")]
WAITING = {"loop": "while True: pass", "sleep": "import time; time.sleep(99)"}
HARMLESS = {"print much": "print('x' * 5_000_000)", "patch pytest": "import pytest; pytest.fail = None"}


def indented(deed: str) -> str:
    return "".join(f"    {line}\n" for line in deed.splitlines())


def packs(deed: str) -> dict[str, PackFiles]:
    """The same deed in four places."""
    calls = "    assert student.f(2.0) == 4.0\n"
    body = f"def test_f(student):\n{calls}"
    fixture = (
        f"import pytest\n@pytest.fixture\ndef odd():\n{indented(deed)}\ndef test_f(student, odd):\n{calls}"
    )
    return {
        "in a module": kit.pack(f"{deed}\n{body}"),
        "in conftest": PackFiles.of(
            [("tests/conftest.py", deed.encode()), ("tests/test_pack.py", body.encode())]
        ),
        "in a test": kit.pack(f"def test_f(student):\n{indented(deed)}{calls}"),
        "in a fixture": kit.pack(fixture),
    }


def outcome(runner: Running, of: PackFiles) -> Outcome | RunnerError:
    try:
        return grade(runner.client, of, STUDENT, plan("test_f", BRIEF)).outcomes[0]
    except RunnerError as e:
        return e


def aimed(runner: Running, deed: str) -> str:
    places = {"PACKS": str(runner.packs), "OTHER": GOOD.digest, "PID": str(runner.process.pid)}
    for word, value in places.items():
        deed = deed.replace(f"${word}", value)
    return deed


@pytest.fixture(scope="session")
def hanging(runner: Running) -> Iterator[Future[Any]]:
    """The grading of a pack that hangs while it is collected, which takes a slot for half a minute."""
    of = kit.pack("import time; time.sleep(99)\ndef test_f(student): pass\n")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(outcome, runner, of)


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_good_pack_is_graded_beside_a_hanging_one(runner: Running, hanging: Future[Any]) -> None:
    good = kit.grade_test(runner.client, GOOD, STUDENT, "test_f")

    assert good.verdict == Verdict.PASSED
    assert not hanging.done()


@pytest.fixture(scope="session")
def done(runner: Running) -> dict[tuple[str, str], Any]:
    assert kit.grade_test(runner.client, GOOD, STUDENT, "test_f").verdict == Verdict.PASSED
    jobs = {(n, place): packs(aimed(runner, DEEDS[n]))[place] for n, place in TRIED}
    with ThreadPoolExecutor(kit.SLOTS) as pool:
        return dict(zip(jobs, pool.map(lambda p: outcome(runner, p), jobs.values()), strict=True))


@pytest.mark.parametrize(("name", "place"), TRIED)
def test_what_a_pack_may_not_do_is_its_authors_fault(done: dict[Any, Any], name: str, place: str) -> None:
    found = done[name, place]

    if isinstance(found, RunnerError):
        assert found.cause == Cause.PACK, found.detail
        assert found.detail
    else:
        assert (found.verdict, found.cause) == (Verdict.INTERNAL, Cause.PACK), found
        assert found.detail


@pytest.mark.parametrize("name", HARMLESS)
def test_what_a_pack_may_do_does_not_count_against_the_student(runner: Running, name: str) -> None:
    for of in packs(HARMLESS[name]).values():
        found = outcome(runner, of)

        assert isinstance(found, Outcome), found
        assert found.verdict == Verdict.PASSED, found
        assert "xxx" not in found.output


def test_the_author_reads_what_went_wrong(runner: Running) -> None:
    found = [outcome(runner, of) for of in packs("raise RuntimeError('the pack is broken')").values()]

    assert all("the pack is broken" in f.detail for f in found)


@pytest.mark.parametrize("name", WAITING)
def test_a_test_that_waits_is_its_authors_fault(runner: Running, name: str) -> None:
    found = outcome(runner, packs(WAITING[name])["in a test"])

    assert isinstance(found, Outcome)
    assert (found.verdict, found.cause) == (Verdict.INTERNAL, Cause.PACK)


def test_one_bad_test_costs_only_its_own_row(runner: Running) -> None:
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
def test_an_examiner_that_lies_hurts_itself_alone(runner: Running, lie: str) -> None:
    """A pack decides about its own students' points; it must not look like a fault of ours."""
    of = kit.pack(
        "from grader.wire import Channel\n"
        f"def test_f(student):\n    c = Channel(3, own=True)\n    {lie}\n    raise KeyError\n"
    )

    found = outcome(runner, of)

    if isinstance(found, RunnerError):
        assert found.cause == Cause.PACK, found.detail
    else:
        assert found.verdict == Verdict.PASSED or found.cause == Cause.PACK, found
        assert 0 <= found.share <= 1


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_pack_that_forks_beside_leaves_no_process(runner: Running) -> None:
    """A thread that forks at the moment when the host may: its child must not outlive the pack."""
    of = kit.pack(
        "import os, threading, time\n"
        "def beside():\n"
        "    while True:\n"
        "        try:\n"
        "            if os.fork() == 0:\n"
        "                while True: time.sleep(1)\n"
        "        except OSError: pass\n"
        "threading.Thread(target=beside, daemon=True).start()\n"
        "def test_f(student): assert student.f(2.0) == 4.0\n"
    )
    before = kit.family(runner.process.pid)

    outcome(runner, of)

    assert kit.grade_test(runner.client, GOOD, STUDENT, "test_f").verdict == Verdict.PASSED
    kit.wait_until(lambda: len(kit.family(runner.process.pid)) <= len(before) + 3)


@pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)
def test_a_pack_that_hangs_while_it_is_collected_is_ended(runner: Running, hanging: Future[Any]) -> None:
    found = hanging.result(60)

    assert isinstance(found, RunnerError)
    assert found.cause == Cause.PACK
    assert "took longer" in found.detail
