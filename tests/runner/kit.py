"""For the runner's tests: a runner, gradings in one line, and the same code run bare, without any layer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.grading.client import Client
from grader.grading.errors import RunnerError
from grader.sandbox.modes import in_container
from grader.values import Graded, Limits, Mode, Order, Outcome, PackFiles, TestPlan, Visibility

ROOT = Path(__file__).resolve().parents[2]
BOOT = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.runner.main import main; sys.exit(main())"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
SLOTS = 4  # so that attacks that wait for a limit do not delay the others
LIMITS = Limits(cpu_s=2, wall_s=4, memory_mb=200, output_kb=64)


@dataclass(frozen=True)
class Running:
    """A runner that is ready for gradings."""

    mode: Mode
    socket: Path
    packs: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def client(self) -> Client:
        return Client(self.socket)


def command(socket: Path, *options: str) -> list[str]:
    """The command that starts a runner on that socket."""
    return [sys.executable, "-c", BOOT, f"--socket={socket}", *options]


@contextlib.contextmanager
def running(
    mode: Mode, *options: str, slots: int = SLOTS, environment: Mapping[str, str] = ENVIRONMENT
) -> Iterator[Running]:
    """A runner in exactly this mode, until the end of the context or of this process."""
    with tempfile.TemporaryDirectory(prefix="gc-") as place:
        socket, packs, log = Path(place) / "s", Path(place) / "packs", Path(place) / "log"
        Path(place).chmod(0o711)
        arguments = [f"--least={mode}", f"--most={mode}", f"--slots={slots}", f"--folder={packs}"]
        packs.mkdir()
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command(socket, *arguments, "--until-eof", *options),
                env=dict(environment), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
            )  # fmt: skip
        try:
            assert process.stdout is not None
            first_line = process.stdout.readline()
            assert first_line == f"ready {mode}\n".encode(), log.read_text()
            yield Running(mode, socket, packs, process, log)
        finally:
            end(process)
            print(log.read_text()[-4000:])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process: SIGTERM, and SIGKILL if it still runs after ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def modes() -> list[Mode]:
    """The modes that this machine must be able to run jobs in."""
    if in_container():
        return [Mode.CONTAINER, Mode.UNPRIVILEGED]
    own = (
        ["unshare", "--mount", "true"]
        if os.geteuid() == 0
        else ["unshare", "--user", "--map-root-user", "true"]
    )
    namespaces = subprocess.run(own, capture_output=True, check=False).returncode == 0
    return [*([Mode.FULL] if namespaces else []), Mode.UNPRIVILEGED]


def pack(tests: str, **more: str) -> PackFiles:
    """A pack with one test file; `more` are further files, such as support__helper='...'."""
    files = [("tests/test_pack.py", tests.encode())]
    for name, text in more.items():
        folder, _, file = name.partition("__")
        files.append((f"{folder}/{file}.py", text.encode()))
    return PackFiles.of(files)


def plan(test_id: str, limits: Limits = LIMITS, *, hidden: bool = False, key: int = 7) -> TestPlan:
    """One row of the plan: a test with its limits and its draw."""
    return TestPlan(test_id, Visibility.HIDDEN if hidden else Visibility.VISIBLE, limits, key)


def grade(
    client: Client, of: PackFiles, code: str | bytes | Mapping[str, bytes], *tests: TestPlan | str,
    names: tuple[str, ...] = ("m.py",), total_s: float = 30, rehearse: bool = False,
) -> Graded:  # fmt: skip
    """Grade one file (text or bytes), or several by name, with these tests."""
    files = {"m.py": code} if isinstance(code, bytes | str) else code
    submitted = tuple((n, d.encode() if isinstance(d, str) else d) for n, d in files.items())
    plans = tuple(plan(t) if isinstance(t, str) else t for t in tests)
    return client.grade(Order(of, names, submitted, plans, total_s, rehearse))


def grade_test(client: Client, of: PackFiles, code: str | bytes, test: TestPlan | str) -> Outcome:
    """The outcome of one file in one test."""
    return grade(client, of, code, test).outcomes[0]


def grade_each(
    client: Client, of: PackFiles, codes: Mapping[str, str | bytes], test: TestPlan | str
) -> dict[str, Outcome | BaseException]:
    """The outcome of each file in one test, or the error of its grading; several at a time."""

    def graded(code: str | bytes) -> Outcome | BaseException:
        try:
            return grade_test(client, of, code, test)
        except RunnerError as e:
            return e

    with ThreadPoolExecutor(SLOTS) as pool:
        return dict(zip(codes, pool.map(graded, codes.values()), strict=True))


BARE = """
import sys
namespace = {}
exec(compile(sys.stdin.read(), "m.py", "exec"), namespace)
print("got through" if namespace["f"]() is True else "stopped", flush=True)
import os
os._exit(0)
"""


def run_bare(code: str, *, environment: Mapping[str, str] = ENVIRONMENT, fds: tuple[int, ...] = ()) -> str:
    """Run `f()` of this code without any layer: "got through", or a text that says what happened."""
    done = subprocess.run(
        [sys.executable, "-c", BARE], input=code, capture_output=True, text=True, timeout=20, check=False,
        env={**environment, "OPENBLAS_NUM_THREADS": "1"}, pass_fds=fds,
    )  # fmt: skip
    return (
        "got through"
        if "got through" in done.stdout
        else f"{done.returncode} {done.stdout} {done.stderr[-300:]}"
    )


def family(pid: int) -> set[int]:
    """The pids of a process and all its descendants, in all sessions, without ended ones."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = place.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(place.parent.name)] = int(parent)
    pids = {pid}
    while children := {child for child, parent in parents.items() if parent in pids} - pids:
        pids |= children
    return pids


def wait_until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    """Wait until the condition is true. Raises AssertionError if it isn't after `within_s` seconds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "the condition was not true in time"
        time.sleep(0.02)
