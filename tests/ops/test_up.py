"""`grader up` as a whole: it starts, keeps its data, mends itself, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.services.up import Up


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("up") / "state"


@pytest.fixture
def start(state):
    """Start the demo on the shared state; whatever happens, it is ended."""
    started = []

    def begin(*arguments):
        up = Up(state, *arguments)
        started.append(up)
        up.wait()
        return up

    yield begin
    for up in started:
        up.end(signal.SIGTERM)


def page(up, path="/health"):
    with urllib.request.urlopen(up.url + path, timeout=5) as answer:
        return answer.status, answer.read().decode()


def refusal(*arguments):
    command = [sys.executable, "-P", "-m", "grader", "up", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_the_demo_starts_and_says_where_it_is_and_how_to_log_in(start):
    up = start("--demo")

    assert f"gradecheck is ready at {up.url}" in up.said()
    assert "mira@example.org" in up.said()
    assert page(up)[0] == 200
    assert "Log in" in page(up, "/login")[1]


def test_ctrl_c_ends_everything_in_good_order(start):
    up = start("--demo")

    code = up.end(signal.SIGINT)

    assert code == 0
    assert up.processes_left() == []


def test_a_second_start_keeps_the_data_and_is_quick(start, state):
    start("--demo").end()
    rows = count(state, "submissions")

    up = start("--demo")

    assert rows == count(state, "submissions") > 0
    assert float(up.said().rpartition("(after ")[2].partition(" s")[0]) < 10  # 2 s on an idle machine


def test_a_supervisor_killed_outright_leaves_no_process(start):
    up = start("--demo")

    up.end(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while up.processes_left() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert up.processes_left() == []


@pytest.mark.parametrize("part", ["valkey|redis-server", "grader runner", "grader worker", "grader web"])
def test_a_part_that_dies_is_started_again(start, part):
    up = start("--demo")
    before = up.child(part)

    os.kill(before, signal.SIGKILL)

    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and "was killed by SIGKILL; starting it again" not in up.said():
        time.sleep(0.1)
    time.sleep(1.0)
    assert up.child(part) != before


def test_two_on_one_state_are_refused(start, state):
    start("--demo")

    second = refusal("--state", state)

    assert second.returncode == 2
    assert second.stderr.strip().endswith("is in use by a `grader up` that is running already")


@pytest.mark.parametrize("arguments", [["--demo"], []])
def test_a_demo_never_listens_where_others_reach_it(start, state, arguments):
    start("--demo").end()

    refused = refusal("--state", state, "--host", "0.0.0.0", *arguments)

    assert refused.returncode == 2
    assert "listens on 127.0.0.1 only, not on 0.0.0.0" in refused.stderr


def test_a_taken_port_is_one_clear_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = refusal("--state", tmp_path, "--port", port)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"grader up: port {port} on 127.0.0.1 is taken; choose another with --port\n"


def count(state, table):
    import sqlite3

    with sqlite3.connect(f"file:{state / 'gradecheck.db'}?mode=ro", uri=True) as database:
        (number,) = database.execute(f"select count(*) from {table}").fetchone()
    database.close()
    return number
