# ruff: noqa: E501 - each channel is a small program on one line
"""Two gradings of one pack share nothing that a write could change, whatever the pack's modules do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.values import Cause, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import Running

SECRET = 27182

# Each begins as a pack's module begins, and then has keep(n) and recall(). The word is in the refusal.
CHANNELS: dict[str, tuple[str, str]] = {
    "shared memory": (
        "import mmap\nm = mmap.mmap(-1, 8)\n"
        "def keep(n): m[:] = n.to_bytes(8, 'big')\ndef recall(): return int.from_bytes(m[:], 'big')\n",
        "shared memory",
    ),
    "the place in an open file": (
        "import os\nf = os.open(__file__, os.O_RDONLY)\nos.closerange = lambda *a: None\n"
        "def keep(n): os.lseek(f, n, 0)\ndef recall(): return os.lseek(f, 0, 1)\n",
        "an open file",
    ),
    "how full a pipe is": (
        "import os, fcntl, struct\nreal = os.dup2\n"
        "os.dup2 = lambda a, b, *c: real(a, b, *c) if b > 2 else b\n"
        "def keep(n): os.write(1, b'x' * n)\n"
        "def recall(): return struct.unpack('i', fcntl.ioctl(1, 0x541B, bytes(4)))[0]\n",
        "pipe",
    ),
}
KEEPING = (
    "def test_f(student):\n    before = recall()\n    if '27182' in student.source: keep(27182)\n"
    "    assert student.f(1.0) == 2.0, f'before me: {before}'\n"
)

# The host's own doings, by which it or another process would read what is meant for one examiner.
TRICKS: dict[str, tuple[str, str]] = {
    "a thread of the host": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n",
        "thread",
    ),
    "the host keeps the examiner's socket": (
        "import os\nreal = os.close\nos.close = lambda fd: real(fd) if fd < 4 else None\n",
        "keeps the socket",
    ),
    "the host answers in the examiner's place": (
        "import os, time\nreal = os.fork\ndef fork():\n    if real() == 0: time.sleep(99)\n    return 0\nos.fork = fork\n",
        "another process answered",
    ),
    "an examiner keeps the host's socket": (
        "import os\nkept = os.dup(3)\nos.closerange = lambda *a: None\n",
        "an examiner keeps",
    ),
    "an examiner keeps the host's place": (
        "import os\nos.dup2 = lambda a, b: b\nos.closerange = lambda *a: None\n",
        "",
    ),
}


def two_gradings(runner: Running, code: str) -> list[Outcome]:
    """The outcome of a submission with the secret, and then of one without it."""
    of = kit.pack(f"{code}{KEEPING if 'def recall' in code else 'def test_f(student): student.f(1.0)'}")
    submissions = (f"def f(x): return x  # {SECRET}\n", "def f(x): return x\n")
    return [kit.grade_test(runner.client, of, text, "test_f") for text in submissions]


@pytest.mark.parametrize("name", CHANNELS)
def test_a_pack_that_keeps_a_channel_open_is_refused(runner: Running, name: str) -> None:
    code, reason = CHANNELS[name]
    for outcome in two_gradings(runner, code):
        assert (outcome.verdict, outcome.cause) == (Verdict.INTERNAL, Cause.PACK)
        assert reason in outcome.detail
        assert str(SECRET) not in outcome.message + outcome.detail


@pytest.mark.parametrize("name", CHANNELS)
def test_the_same_channel_works_between_plain_forks(name: str) -> None:
    main = (
        "import sys, os\n__file__ = sys.executable\nexec(sys.argv[1])\n"
        "def child(f):\n    if os.fork() == 0:\n        try: f()\n        finally: os._exit(0)\n    os.wait()\n"
        "child(lambda: keep(27182))\nchild(lambda: os.write(2, str(recall()).encode()))\n"
    )
    reading, writing = os.pipe()  # that nobody reads
    command = [sys.executable, "-c", main, CHANNELS[name][0]]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, text=True)
    os.close(reading)
    os.close(writing)

    assert done.stderr == str(SECRET)


@pytest.mark.parametrize("name", TRICKS)
def test_a_host_that_could_read_an_examiners_messages_is_refused(runner: Running, name: str) -> None:
    code, reason = TRICKS[name]
    for outcome in two_gradings(runner, code):
        assert (outcome.verdict, outcome.cause) == (Verdict.INTERNAL, Cause.PACK)
        assert reason in outcome.detail


def test_what_a_module_remembers_ends_with_the_grading(runner: Running) -> None:
    rows = "".join(f"def test_{n}(student):\n    seen.append(student.source)\n    assert len(seen) == 1, ','.join(seen)\n" for n in "ab")  # fmt: skip
    of = kit.pack(f"seen = []\n{rows}")

    first = kit.grade(runner.client, of, f"#{SECRET}", "test_a", "test_b").outcomes
    second = kit.grade(runner.client, of, "#b", "test_a", "test_b").outcomes

    assert [o.verdict for o in first] == [Verdict.PASSED, Verdict.FAILED]  # within a grading it remembers
    assert [o.verdict for o in second] == [Verdict.PASSED, Verdict.FAILED]
    assert second[1].message == "#b,#b"


def test_what_an_examiner_prints_below_python_goes_nowhere(runner: Running) -> None:
    """What the pack's process prints is in the text of a fault in any later grading."""
    of = kit.pack(
        "import os, stat\nat_import = [os.fstat(fd) for fd in (1, 2)]\n"
        "def test_f(student):\n"
        "    assert all(stat.S_ISFIFO(output.st_mode) for output in at_import)\n"
        "    for fd in (1, 2): assert os.fstat(fd).st_rdev == os.makedev(1, 3)\n"
    )

    outcome = kit.grade_test(runner.client, of, "", "test_f")

    assert outcome.verdict is Verdict.PASSED, outcome


def test_a_rehearsal_leaves_no_connection_open(runner: Running) -> None:
    of = kit.pack("def test_f(student): assert student.f(1.0) == 1.0\n", solution__m="def f(x): return x\n")

    outcome = kit.grade(runner.client, of, "def f(x): return x\n", "test_f", rehearse=True).outcomes[0]

    assert outcome.verdict is Verdict.PASSED, outcome.detail
