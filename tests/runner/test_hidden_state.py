# ruff: noqa: E501 - each attack is a small program on one line
"""The arguments of a hidden test never reach a process whose output a student sees."""

from __future__ import annotations

import os
from pathlib import Path

import numpy
import pytest

from grader.values import Mode, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade, pack, plan

SECRET = 271828.0
PACK = pack(
    f"def test_shown(student): assert student.f(1.0) is not None\n"
    f"def test_again(student): assert student.f(2.0) is not None\n"
    f"def test_hidden(student): assert student.f({SECRET}) is not None\n"
    f"def test_more(student): assert student.f({SECRET} + 1) is not None\n"
)
HIDDEN = {"test_hidden", "test_more"}

# each stores its arguments somewhere and prints everything that it finds there
KEEPING = {
    "in itself": "seen = []\ndef f(x):\n    seen.append(x); print(seen)\n    return x\n",
    "in a library": "import numpy as np\nnp.seen = []\ndef f(x):\n    np.seen.append(x); print(np.seen)\n    return x\n",
    "in a thread": (
        "import threading\nlast = []\n"
        "def watch():\n    import time\n    while True: time.sleep(0.001); last and print(list(last))\n"
        "threading.Thread(target=watch, daemon=True).start()\n"
        "def f(x):\n    last.append(x); import time; time.sleep(0.01)\n    return x\n"
    ),
    "in the environment": "import os\ndef f(x):\n    os.environ[str(x)] = '1'; print(dict(os.environ))\n    return x\n",
    "in the channel": (
        "import os\ndef f(x):\n    try: os.write(3, str(x).encode())\n    except OSError: pass\n    print(x)\n    return x\n"
    ),
    "in unread memory": (
        "import numpy as np, gc\ndef f(x):\n    a = np.full(1000, x); del a; gc.collect()\n"
        "    print(sorted(set(np.empty(1000).tolist()) | {x}))\n    return x\n"
    ),
    "in its limits": (
        "import resource\ndef f(x):\n    print(resource.getrlimit(resource.RLIMIT_STACK), resource.getrlimit(resource.RLIMIT_CPU))\n"
        "    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)\n"
        "    resource.setrlimit(resource.RLIMIT_STACK, (int(x) + 8000000, hard))\n    print(x)\n    return x\n"
    ),
    "in its name": (
        "import ctypes\nlibc = ctypes.CDLL(None)\ndef f(x):\n    b = ctypes.create_string_buffer(16)\n"
        "    libc.prctl(16, b, 0, 0, 0); print(b.value)\n    libc.prctl(15, str(x).encode()[:15], 0, 0, 0); print(x)\n    return x\n"
    ),
}  # fmt: skip
ORDER = ("test_hidden", "test_shown", "test_more", "test_again")


def graded(runner: Running, code: str, order: tuple[str, ...]) -> list[Outcome]:
    return list(grade(runner.client, PACK, code, *(plan(t, hidden=t in HIDDEN) for t in order)).outcomes)


@pytest.mark.parametrize("name", KEEPING)
def test_no_state_brings_hidden_inputs_into_visible_output(runner: Running, name: str) -> None:
    for outcome in graded(runner, KEEPING[name], ORDER):
        if outcome.id not in HIDDEN:
            texts = outcome.output + outcome.message + outcome.traceback + outcome.detail
            assert "2718" not in texts, outcome


def test_the_same_code_finds_the_input_within_one_process(runner: Running) -> None:
    """The counter-test: if both tests ran in one process, the visible test would print the input."""
    both_shown = [plan("test_hidden"), plan("test_shown")]

    outcomes = grade(runner.client, PACK, KEEPING["in itself"], *both_shown).outcomes

    assert str(SECRET) in outcomes[1].output


def test_each_change_between_visible_and_hidden_tests_starts_a_new_process(runner: Running) -> None:
    code = "import os, time\nborn = time.perf_counter_ns()\ncalls = []\ndef f(x):\n    calls.append(x); print(born, len(calls))\n    return x\n"

    outcomes = graded(runner, code, ("test_shown", "test_again", "test_hidden", "test_more"))

    born, calls = zip(*(o.output.split() for o in outcomes), strict=True)
    assert calls == ("1", "2", "1", "2")
    assert (born[0], born[2]) == (born[1], born[3])
    assert born[0] != born[2]
    assert all(o.verdict == Verdict.PASSED for o in outcomes)


def test_nothing_is_kept_for_another_submission(runner: Running) -> None:
    for code in KEEPING.values():
        grade(runner.client, PACK, code, "test_hidden")

    outcome = kit.grade_test(runner.client, PACK, KEEPING["in itself"], "test_shown")

    assert outcome.output == "[1.0]\n"


READING = """
import os, numpy
name = os.path.join(os.path.dirname(numpy.__file__), "py.typed")
def f(x):
    fd = os.open(name, os.O_RDONLY); os.read(fd, 1); os.close(fd)
    return x
"""


def test_reading_a_file_does_not_change_its_access_time(runner: Running) -> None:
    """A later submission could read access times, and so get hidden inputs."""
    if runner.mode is not Mode.FULL:
        pytest.skip("known: without its own read-only root, access times change (docs/security.md)")
    name = Path(numpy.__file__).parent / "py.typed"
    if name.stat().st_uid != os.geteuid():
        pytest.skip("numpy's files belong to another user: their times can't be reset")
    os.utime(name, (0, name.stat().st_mtime))

    outcome = kit.grade_test(runner.client, PACK, READING, "test_shown")

    assert outcome.verdict == Verdict.PASSED
    assert name.stat().st_atime == 0
