"""The cost of the sandbox: a fork, a call, a gradient check over the channel, memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from bench.timing import Job, Row, row, run_in_turn
from grader.kit.candidate import Candidate
from grader.kit.checks import Checks
from grader.kit.recorder import Recorder
from grader.kit.student import Student
from grader.runner.private import private_runner
from grader.sandbox.processes import ForkServerProcess, Setup
from grader.sandbox.processes import JobProcess as Process
from grader.values import Mode, Visibility
from grader.wire import Channel
from reference import mlp

ECHO = b"def f(x):\n    return x\n"
BARE_FORK, IN_PROCESS = "a bare fork of this process", "in process"
WAIT_S = 20.0
REPEATS = 20


def first_answer(runs: int) -> list[Row]:
    """From the request for a process to the first reply to a call in it; and the same with a spare
    process that has already started."""
    with _fork_server() as server:

        def fresh() -> None:
            with _loaded(server.start(), ECHO) as channel:
                _call(channel, 1.0)

        taken = run_in_turn({"fork to first answer": fresh, BARE_FORK: _bare_fork}, runs)
        taken["warm spare to first answer"] = [_with_spare(server) for _ in range(runs)]
    names = ("fork to first answer", "warm spare to first answer")
    return [row(name, BARE_FORK, taken) for name in names]


def calls(runs: int) -> list[Row]:
    """One call in a running candidate that sends its argument back, compared with copying the array."""
    rows: list[Row] = []
    with _fork_server() as server, _loaded(server.start(), ECHO) as channel, _on_one_core(server):
        for name, size in (("call, 64 B each way", 8), ("call, 1 MB each way", 1 << 17)):
            value = np.arange(float(size))
            jobs: dict[str, Job] = {
                name: _repeated(channel, value),
                IN_PROCESS: partial(_copies, value),
            }
            taken = run_in_turn(jobs, runs)
            per_call = {job: [ms / REPEATS for ms in all_ms] for job, all_ms in taken.items()}
            rows.append(row(name, IN_PROCESS, per_call))
    return rows


def gradient_check(runs: int) -> list[Row]:
    """The 4-5-3 net's gradient check over the channel, compared with the same check in this process."""
    rng = np.random.default_rng(0)
    params = mlp.init_params(rng, (4, 5, 3), scale=0.8)
    x, t = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    source = (Path(__file__).parents[1] / "assignments/mlp-backprop/solution/mlp.py").read_bytes()
    space: dict[str, object] = {"__name__": "mlp"}
    exec(compile(source, "mlp.py", "exec"), space)  # our own solution, trusted: the baseline
    loss, backward = space["loss"], space["backward"]
    with (
        _fork_server() as server,
        _loaded(server.start(), source, "mlp.py") as channel,
        _on_one_core(server),
    ):
        candidate = Candidate(_Connected(channel.fd))
        candidate.begin(Visibility.VISIBLE)
        student = Student(candidate, {})

        def check(loss: Callable[..., object], backward: Callable[..., object]) -> None:
            Checks(Recorder()).gradcheck(backward(params, x, t), of=loss, args=(params, x, t))

        name = "gradient check through the channel"
        jobs: dict[str, Job] = {
            name: lambda: check(student.loss, student.backward),
            IN_PROCESS: lambda: check(loss, backward),  # type: ignore[arg-type]
        }
        return [row(name, IN_PROCESS, run_in_turn(jobs, runs))]


def memory(_runs: int) -> list[Row]:
    """Proportional memory of an idle runner, and of each additional candidate, compared with one
    interpreter with numpy."""
    alone = subprocess.Popen(
        [sys.executable, "-c", "import numpy,sys; print(1, flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert alone.stdout is not None
    alone.stdout.readline()
    base = _megabytes(alone.pid)
    alone.communicate()
    with private_runner(slots=1) as one:
        small = _megabytes(*_family(one))
    with _fork_server() as server:
        candidates = [_loaded(server.start(), ECHO) for _ in range(8)]
        with contextlib.ExitStack() as stack:
            for channel in [stack.enter_context(candidate) for candidate in candidates]:
                _call(channel, np.ones(8))
            additional = _megabytes(*_children(server.pid))
    other = "python -c 'import numpy'"
    return [
        Row("memory, runner idle", small, "MB", other, base, small / base, 1),
        Row("memory, each candidate more", additional / 8, "MB", other, base, additional / 8 / base, 8),
    ]


# ----------------------------------------------------------------------------- small parts


class _Connected:
    """A source of candidates with one descriptor that is already connected."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def candidate(self, visibility: Visibility) -> int:
        return self.fd

    def cpu_ns(self) -> int | None:
        return None


@contextlib.contextmanager
def _fork_server() -> Iterator[ForkServerProcess]:
    """A fork-server for candidates in the strongest mode that this machine supports."""
    with private_runner() as socket_path:
        mode = _mode_of(socket_path)
    server = ForkServerProcess(
        "candidate", Setup(mode, 64100 if os.geteuid() == 0 and mode is Mode.FULL else None)
    )
    try:
        yield server
    finally:
        server.close()


def _mode_of(socket_path: Path) -> Mode:
    from grader.grading.client import Client

    return Client(socket_path).health().mode


@contextlib.contextmanager
def _loaded(process: Process, source: bytes, name: str = "f.py") -> Iterator[Channel]:
    """A candidate that has loaded one file."""
    try:
        if process.pid < 0:
            process.await_ready(time.monotonic() + WAIT_S)
        channel = Channel(process.data.fileno(), own=True)
        load = {"files": {name: source}, "names": [name], "support": {}}
        channel.send("load", load | process.limits(256, 60))
        yield channel
    finally:
        process.close()


@contextlib.contextmanager
def _on_one_core(server: ForkServerProcess) -> Iterator[None]:
    """This process and the server's jobs on one core, like the test host and its candidate in a slot."""
    cores = os.sched_getaffinity(0)
    for pid in (0, *_children(server.pid)):
        os.sched_setaffinity(pid, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _call(channel: Channel, value: object) -> None:
    request = {"seq": 1, "path": "f", "mode": "plain", "args": (value,), "kwargs": {}}
    channel.send("call", request)
    if channel.receive(time.monotonic() + WAIT_S).kind != "result":
        raise RuntimeError("a candidate did not return a result")


def _repeated(channel: Channel, value: object) -> Job:
    def job() -> None:
        for _ in range(REPEATS):
            _call(channel, value)

    return job


def _copies(value: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    for _ in range(REPEATS):
        value.copy()


def _with_spare(server: ForkServerProcess) -> float:
    spare = server.start(warm=True)
    spare.await_ready(time.monotonic() + WAIT_S)
    start = time.perf_counter()
    with _loaded(spare, ECHO) as channel:
        _call(channel, 1.0)
        return (time.perf_counter() - start) * 1000


def _bare_fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _children(pid: int) -> list[int]:
    children = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return children + [grandchild for child in children for grandchild in _children(child)]


def _family(socket_path: Path) -> list[int]:
    """The ids of the runner that listens on a socket, and of all processes that it started."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and str(socket_path) in (entry / "cmdline").read_bytes().decode(
            "utf-8", "replace"
        ):
            return [int(entry.name), *_children(int(entry.name))]
    raise RuntimeError("the runner was not found")


def _megabytes(*pids: int) -> float:
    """Proportional set size of processes, in MB: shared pages count once."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
