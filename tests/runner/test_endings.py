"""When a grading is stopped early, no process is left, nothing is scored, and the next grading works."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.client import Client
from grader.grading.errors import RunnerError
from grader.runner.errors import NoRunner
from grader.runner.private import private_runner
from grader.sandbox.modes import in_container
from grader.values import Cause, Graded, Limits, Mode, Order, Outcome, Verdict
from tests.runner import kit
from tests.runner.kit import Running, family, plan, wait_until

pytestmark = pytest.mark.server
STUDENT = "def f(x):\n    import time; time.sleep(x)\n    return x\n"
PACK = kit.pack(
    "def test_quick(student): assert student.f(0.0) == 0.0\n"
    "def test_slow(student): assert student.f(9.0) == 9.0\n"
    "def test_slower(student): assert student.f(25.0) == 25.0\n"
    "def test_last(student): assert student.f(0.0) == 0.0\n"
)
PATIENT = Limits(cpu_s=2, wall_s=30, memory_mb=200, output_kb=64)
ORDER = Order(
    PACK, ("m.py",), (("m.py", STUDENT.encode()),),
    (plan("test_quick"), plan("test_slow", PATIENT), plan("test_last", hidden=True)), 30, rehearse=False,
)  # fmt: skip

LONGER = replace(ORDER, tests=(plan("test_quick"), plan("test_slower", PATIENT)))


@pytest.fixture
def own(request: pytest.FixtureRequest, servers: None) -> Iterator[Running]:
    """A runner that the test may damage."""
    with kit.running(request.param, slots=1) as started:
        yield started


@pytest.fixture(scope="module")
def mended(request: pytest.FixtureRequest, servers: None) -> Iterator[Running]:
    """A runner whose processes the tests may kill, except the first: each test ends when it works again."""
    with kit.running(request.param, slots=1) as started:
        yield started


every_mode = pytest.mark.parametrize("own", kit.modes(), indirect=True, ids=lambda mode: f"own {mode}")
every_mended = pytest.mark.parametrize("mended", kit.modes(), indirect=True, ids=str)


class GradingRun:
    """A grading that runs its slow test."""

    def __init__(self, runner: Running) -> None:
        self.outcomes: list[Outcome] = []
        first = threading.Event()

        def receive(outcome: Outcome) -> None:
            self.outcomes.append(outcome)
            first.set()

        self._pool = ThreadPoolExecutor(1)
        self.result: Future[Graded] = self._pool.submit(runner.client.grade, ORDER, receive)
        assert first.wait(20), "no test ended"
        time.sleep(0.2)

    def fails(self) -> RunnerError:
        error = self.result.exception(20)
        self._pool.shutdown()
        assert isinstance(error, RunnerError), error
        return error


def kill(pids: Iterable[int]) -> None:
    """Kill these processes; the end of one may end another."""
    for pid in list(pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def works(client: Client) -> bool:
    quick = Order(PACK, ("m.py",), ORDER.files, (plan("test_quick"),), 30, rehearse=False)
    return client.grade(quick).outcomes[0].verdict == Verdict.PASSED


def gone(pids: set[int]) -> bool:
    """Whether none of these processes runs any more."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return not any(map(runs, pids))


def children(pid: int, word: str) -> list[int]:
    """The descendants with this word in their command line."""
    pids = []
    for child in family(pid) - {pid}:
        with contextlib.suppress(OSError):
            if word in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
                pids.append(child)
    return pids


@every_mode
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_runner_that_is_killed_leaves_no_process(own: Running, number: signal.Signals) -> None:
    grading = GradingRun(own)
    pids = family(own.process.pid)
    assert len(pids) >= 5

    os.kill(own.process.pid, number)

    assert grading.fails().cause == Cause.SYSTEM
    assert [o.id for o in grading.outcomes] == ["test_quick"]
    own.process.wait(10)
    wait_until(lambda: gone(pids))


@every_mode
def test_a_runner_that_gets_sigterm_removes_its_files(own: Running) -> None:
    assert works(own.client)
    mounts = Path("/proc/self/mountinfo").read_text()

    own.process.terminate()

    assert own.process.wait(10) == 0
    assert not own.socket.exists()
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert str(own.packs) not in mounts


@every_mended
@pytest.mark.parametrize("kind", ["candidate", "host"])
def test_after_a_fork_server_is_killed_the_next_grading_works(mended: Running, kind: str) -> None:
    assert works(mended.client)
    grading = GradingRun(mended)
    pids = family(mended.process.pid)

    kill(children(mended.process.pid, kind))

    error = grading.result.exception(20)
    if error is None:  # then no score may be wrong, and no error may be the pack's or the student's
        for outcome in grading.result.result().outcomes:
            assert outcome.verdict == Verdict.PASSED, outcome
    else:
        assert isinstance(error, RunnerError)
        assert error.cause == Cause.SYSTEM, error.detail
    wait_until(lambda: retried(mended.client))
    assert len(pids) >= 5


def retried(client: Client) -> bool:
    """Whether a grading works now; an error must be the runner's, which a worker would retry."""
    errors: list[RunnerError] = []
    with contextlib.suppress(RunnerError), _recording(errors):
        return works(client)
    assert [e.cause for e in errors] == [Cause.SYSTEM], errors[0].detail
    return False


@contextlib.contextmanager
def _recording(errors: list[RunnerError]) -> Iterator[None]:
    try:
        yield
    except RunnerError as e:
        errors.append(e)
        raise


@every_mended
@pytest.mark.parametrize("kind", ["candidate", "host"])
def test_a_fork_server_that_dies_while_idle_is_an_error_of_the_system(mended: Running, kind: str) -> None:
    assert works(mended.client)

    kill(children(mended.process.pid, kind))
    time.sleep(0.2)

    wait_until(lambda: retried(mended.client))


@every_mended
def test_a_waiting_candidate_that_is_killed_is_replaced(mended: Running) -> None:
    assert works(mended.client)
    servers = set(children(mended.process.pid, "candidate"))
    waiting = {p for s in servers for p in family(s) - {s}}

    kill(waiting)
    time.sleep(0.2)

    wait_until(lambda: retried(mended.client))


@every_mended
def test_the_grading_of_a_client_that_disconnects_ends(mended: Running) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.runner.test_endings import LONGER\n"
        "from grader.grading.client import Client\n"
        "Client(sys.argv[2]).grade(LONGER, lambda o: print('one', flush=True))\n"
    )
    assert works(mended.client)
    before = family(mended.process.pid)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(kit.ROOT), str(mended.socket)], stdout=subprocess.PIPE
    ) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"one\n"
        client.kill()

    wait_until(lambda: mended.client.health().free == 1)  # before the slow test would end
    wait_until(lambda: len(family(mended.process.pid)) <= len(before) + 1)
    assert works(mended.client)


def test_a_private_runner_leaves_nothing_behind() -> None:
    of = kit.pack(f"# only of process {os.getpid()}\ndef test_f(student): student.f()\n")

    with private_runner(most=Mode.UNPRIVILEGED) as path:
        assert kit.grade_test(Client(path), of, "def f(): pass\n", "test_f").verdict == Verdict.PASSED
        (written,) = Path(tempfile.gettempdir()).glob(f"gradecheck-packs-*/{of.digest}")

    assert not path.parent.exists()
    assert not written.parent.exists()


def failed_start(
    *options: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The ended process of a runner that is expected not to start."""
    with tempfile.TemporaryDirectory(prefix="gc-") as place:
        return subprocess.run(
            kit.command(Path(place) / "s", *options), env={**kit.ENVIRONMENT, **(environment or {})},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


# A mode that is not possible here: a container has no namespaces, and elsewhere there is no container.
IMPOSSIBLE = Mode.FULL if in_container() else Mode.CONTAINER


def test_a_mode_that_is_not_possible_is_refused() -> None:
    done = failed_start(f"--least={IMPOSSIBLE}", f"--most={IMPOSSIBLE}")

    assert done.returncode == 3
    assert IMPOSSIBLE in done.stderr
    assert "ready" not in done.stdout


def test_a_private_runner_says_why_it_did_not_start() -> None:
    with (
        pytest.raises(NoRunner, match=IMPOSSIBLE),
        private_runner(least=IMPOSSIBLE, most=IMPOSSIBLE),
    ):
        pass


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "GRADECHECK_SECRET_KEY", "REDIS_URL", "PGPASSWORD", "API_TOKEN"]
)
def test_a_runner_with_a_secret_in_its_environment_refuses(name: str) -> None:
    done = failed_start(environment={name: "x"})

    assert done.returncode == 2
    assert name in done.stderr


def test_a_socket_path_that_is_too_long_is_refused() -> None:
    done = subprocess.run(
        kit.command(Path("/tmp") / ("x" * 200)),
        env=kit.ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "107 bytes" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can connect as another user")
def test_a_connection_of_another_user_is_closed(runner: Running) -> None:
    runner.socket.chmod(0o777)
    code = (
        "import os, socket, sys\n"
        "os.setgid(65533); os.setuid(int(sys.argv[2]))\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(1); s.connect(sys.argv[1])\n"
        "try: print(len(s.recv(1)))\n"
        "except ConnectionError: print(0)\n"
        "except TimeoutError: print('open')\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code, str(runner.socket), uid], capture_output=True, text=True, check=False
        ).stdout.strip()
        for uid in ("65533", "0")
    ]

    assert outputs == ["0", "open"]  # the connection of root waits for a request


def test_a_missing_runner_is_an_error_of_the_system() -> None:
    with pytest.raises(RunnerError) as caught:
        Client("/nowhere/socket").health()
    assert caught.value.cause == Cause.SYSTEM


def test_a_private_runner_ends_when_the_process_that_started_it_is_killed() -> None:
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from grader.runner.private import private_runner\n"
        "with private_runner() as path:\n"
        "    print(path, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(kit.ROOT)], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline()
        descendants = set(family(starter.pid)) - {starter.pid}
        starter.kill()

    assert len(descendants) > 2
    wait_until(lambda: gone(descendants))


@pytest.mark.parametrize("options", [(), ("--until-eof",)], ids=["alone", "watching its input"])
def test_a_runner_that_gets_sigterm_ends_normally(options: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix="gc-") as place:
        command = kit.command(Path(place) / "s", f"--most={Mode.UNPRIVILEGED}", *options)
        process = subprocess.Popen(
            command, env=dict(kit.ENVIRONMENT), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ready")
        process.terminate()
        status = process.wait(60)  # before its input ends, which would end it too
        _, log = process.communicate()

    assert status == 0
    assert [line.split()[2] for line in log.splitlines()] == [b"runner.ready"]
