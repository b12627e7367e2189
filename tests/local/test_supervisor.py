"""The supervisor restarts child processes, and leaves none running however it ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from grader.local.child import LONGEST_PAUSE_S, Child, Spec
from grader.local.errors import UpError
from grader.local.supervisor import supervising

pytestmark = pytest.mark.slow

SCRIPT = """
import sys
from pathlib import Path
from grader.local.child import Spec
from grader.local.supervisor import supervising
from grader.local.errors import StopRequested

folder = Path(sys.argv[1])
shell = {shell!r}
with supervising(lambda line: print(line, flush=True)) as supervisor:
    environment = {{"PATH": "/usr/bin:/bin", "MARK": str(folder)}}
    spec = Spec("sleeper", ("sh", "-c", shell), environment, folder / "log", grace_s=1.0)
    supervisor.start(spec)
    try:  # a signal may come as soon as this line is read
        print("started", flush=True)
        supervisor.watch()
    except StopRequested:
        print("stopped", flush=True)
"""


def supervise(folder: Path, shell: str) -> subprocess.Popen:
    script = textwrap.dedent(SCRIPT.format(shell=shell))
    process = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "started\n"
    return process


def alive(mark: Path) -> list[int]:
    """Processes that have the mark in their environment."""
    pids = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"MARK={mark}".encode() in environ.read_bytes().split(b"\0"):
                pids.append(int(environ.parent.name))
        except OSError:
            continue
    return pids


def wait_for(condition, patience_s=5.0):
    deadline = time.monotonic() + patience_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process(tmp_path, number):
    supervisor = supervise(tmp_path, "sleep 300 & setsid sleep 300 & wait")
    assert wait_for(lambda: len(alive(tmp_path)) == 3)

    supervisor.send_signal(number)
    output, _ = supervisor.communicate(timeout=10)

    assert output == "stopped\n"
    assert supervisor.returncode == 0
    assert alive(tmp_path) == []


def test_a_child_that_ignores_sigterm_is_killed(tmp_path):
    supervisor = supervise(tmp_path, "trap '' TERM; while :; do sleep 300; done")
    assert wait_for(lambda: len(alive(tmp_path)) == 2)

    supervisor.terminate()
    supervisor.communicate(timeout=10)

    assert alive(tmp_path) == []


def test_children_end_if_the_supervisor_is_killed(tmp_path):
    supervisor = supervise(tmp_path, "exec sleep 300")
    assert wait_for(lambda: len(alive(tmp_path)) == 1)

    supervisor.kill()
    supervisor.communicate(timeout=10)

    assert wait_for(lambda: alive(tmp_path) == [])


def test_a_child_that_ends_is_reported_and_restarted(tmp_path):
    supervisor = supervise(tmp_path, "exec sleep 300")
    assert wait_for(lambda: len(alive(tmp_path)) == 1)
    first = alive(tmp_path)[0]

    os.kill(first, signal.SIGKILL)
    output = supervisor.stdout.readline()

    assert output == "sleeper was killed by SIGKILL; restarting it in 0.5 s\n"
    assert wait_for(lambda: alive(tmp_path) not in ([], [first]))
    supervisor.terminate()
    supervisor.communicate(timeout=10)


def test_orphans_that_end_are_not_left_as_zombies(tmp_path):
    supervisor = supervise(tmp_path, "(sleep 0.1 & echo $! > $MARK/orphan); exec sleep 300")
    assert wait_for(lambda: (tmp_path / "orphan").exists() and (tmp_path / "orphan").read_text().strip())
    orphan = Path("/proc") / (tmp_path / "orphan").read_text().strip()

    assert wait_for(lambda: not orphan.exists())

    supervisor.terminate()
    supervisor.communicate(timeout=10)


def test_pauses_between_restarts_grow_to_a_limit(tmp_path):
    child = Child(Spec("x", ("true",), {}, tmp_path / "log"))
    child.started_at = time.monotonic()

    pauses = [child.plan_restart() for _ in range(10)]

    assert pauses[:3] == [0.5, 1.0, 2.0]
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_child_that_ran_long_is_restarted_soon(tmp_path):
    child = Child(Spec("x", ("true",), {}, tmp_path / "log"), pause_s=16.0)
    child.started_at = time.monotonic() - 3600

    assert child.plan_restart() == 0.5


def test_a_child_that_never_gets_ready_is_reported_with_its_last_log_line(tmp_path):
    spec = Spec("web", ("sh", "-c", "echo no such port; exit 3"), {}, tmp_path / "log", healthy=lambda: False)

    with supervising(print) as supervisor:
        child = supervisor.start(spec)
        with pytest.raises(UpError, match="web ended with exit code 3: no such port"):
            supervisor.wait_until_healthy([child])
