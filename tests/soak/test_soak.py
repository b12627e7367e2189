"""Many gradings of honest and hostile programs: every verdict is right, and nothing remains after them.

60 gradings in an ordinary run; `make chaos` runs 10,000 (GRADECHECK_SOAK).
"""

import contextlib
import os
import tempfile
import time
from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.runner.private import private_runner
from grader.sandbox.layers import HOST_UID, JOB_UID
from grader.values import Limits, Order, PackFiles, TestPlan, Verdict, Visibility
from tests.runner.kit import wait_until

GRADINGS = int(os.environ.get("GRADECHECK_SOAK", "60"))
SETTLED = 30  # gradings after which the use of resources must not grow
RESTING = 6  # the runner, two fork-servers, the pack's host, the next examiner and the next candidate

TESTS = b"""
import numpy as np

def test_double(student, rng, same):
    x = rng.normal(size=(4, 3))
    same(student.double(x), 2 * x)

def test_double_hidden(student, rng, same):
    x = rng.normal(size=7)
    same(student.double(x), 2 * x)
"""
GOOD = b"import numpy as np\ndef double(x):\n    print('doubling')\n    return np.asarray(x) * 2\n"
SUBMISSIONS: list[tuple[bytes, Verdict]] = [
    (GOOD, Verdict.PASSED),
    (b"def double(x):\n    return 3 * x\n", Verdict.FAILED),
    (GOOD.replace(b"* 2", b"+ x"), Verdict.PASSED),
    (b"def double(x):\n    return nothing\n", Verdict.ERROR),
    (b"import os\ndef double(x):\n    os._exit(0)\n", Verdict.ERROR),
    (b"def double(x)\n    return 2 * x\n", Verdict.ERROR),
    (b"import numpy as np\ndef double(x):\n    return np.ones(1 << 30)\n", Verdict.MEMORY),
    (b"def double(x):\n    while True: print('x' * 999)\n", Verdict.OUTPUT_LIMIT),
    (b"import ctypes\ndef double(x):\n    ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n", Verdict.REFUSED),
    (b"import ctypes\ndef double(x):\n    ctypes.string_at(0)\n", Verdict.ERROR),
    (b"import os\nos.write(3, b'GCW1' + b'x' * 99)\ndef double(x):\n    return 2 * x\n", Verdict.ERROR),
    (b"import threading, time\ndef double(x):\n"
     b"    for _ in range(9): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
     b"    return 2 * x\n", Verdict.PASSED),
]  # fmt: skip
PACK = PackFiles.of([("tests/test_double.py", TESTS), ("solution/work.py", GOOD)])
JOB_UIDS = range(HOST_UID, JOB_UID + 64) if os.geteuid() == 0 else [os.geteuid()]
SLOW = (b"def double(x):\n    while True: pass\n", Verdict.TIMEOUT)


def order(number: int) -> tuple[Order, Verdict]:
    code, verdict = SLOW if number % 100 == 99 else SUBMISSIONS[number % len(SUBMISSIONS)]
    limits = Limits(cpu_s=0.4, wall_s=5, memory_mb=128, output_kb=16)
    plans = (
        TestPlan("test_double", Visibility.VISIBLE, limits, number),
        TestPlan("test_double_hidden", Visibility.HIDDEN, limits, number),
    )
    return Order(PACK, ("work.py",), (("work.py", code + f"# {number}\n".encode()),), plans), verdict


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [int(child) for file in children for child in file.read_text().split()]
    return [pid, *(p for child in pids for p in descendants(child))]


def runner_of(socket_path: Path) -> int:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # any process may end while we look
            if str(socket_path).encode() in (entry / "cmdline").read_bytes():
                return int(entry.name)
    raise AssertionError("the runner was not found")


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def at_rest(pid: int) -> list[int]:
    """The runner's processes, when the last candidate has ended and the next one waits."""
    deadline = time.monotonic() + 60
    pids: list[int] = []
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):  # one of them ended while we looked
            pids = descendants(pid)
            if len(pids) == RESTING and {state(p) for p in pids} == {"S"}:
                return pids
        time.sleep(0.02)
    raise AssertionError(f"not {RESTING} waiting processes: {pids}")


def resources(socket_path: Path) -> dict[str, int]:
    """What the runner and its processes use: processes, descriptors, mounts, files, memory.

    Memory is without shared pages: those of a library count less while other programs use it too.
    """
    pids = at_rest(runner_of(socket_path))
    memory = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        memory += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss_Anon:"))
    return {
        "processes": len(pids),
        "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
        "mounts": sum(len(Path(f"/proc/{pid}/mounts").read_text().splitlines()) for pid in private(pids)),
        "packs": len(list(Path(tempfile.gettempdir()).glob(f"gradecheck-packs-*/{PACK.digest}"))),
        "memory kB": memory,
    }


def shared_memory() -> set[str]:
    """Names of the files of jobs in /dev/shm."""
    names = set()
    for path in Path("/dev/shm").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a file of another test, removed meanwhile
            if path.stat().st_uid in JOB_UIDS:
                names.add(path.name)
    return names


def private(pids: list[int]) -> list[int]:
    """The processes with their own mount namespace; other mounts of the machine are not ours."""
    our_namespace = os.readlink("/proc/self/ns/mnt")
    return [pid for pid in pids if os.readlink(f"/proc/{pid}/ns/mnt") != our_namespace]


@pytest.mark.server
@pytest.mark.timeout(7200)
def test_every_verdict_is_right_and_nothing_remains() -> None:
    wrong = []
    with private_runner(slots=1) as socket_path:
        client = Client(socket_path)
        for number in range(max(GRADINGS, SETTLED + 1)):
            job, verdict = order(number)
            outcomes = client.grade(job).outcomes
            if {o.verdict for o in outcomes} != {verdict}:
                wrong.append((number, verdict, [(o.verdict, o.message, o.detail) for o in outcomes]))
            if number == SETTLED:
                before, files = resources(socket_path), shared_memory()
        after = resources(socket_path)

    assert not wrong, f"{len(wrong)} of {GRADINGS}: {wrong[:3]}"
    memory, grown = before.pop("memory kB"), after.pop("memory kB")
    assert after == before
    wait_until(lambda: shared_memory() <= files)  # the jobs of another test may have some for a moment
    assert grown < 1.05 * memory, f"memory grew from {memory} to {grown} kB"
