"""`grader up` as a whole: it starts, keeps its data, restarts its processes, and leaves none running."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.helpers.up import SharedDemo

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def shared(tmp_path_factory, servers):
    demo = SharedDemo(tmp_path_factory.mktemp("running") / "state")
    yield demo
    demo.end()


@pytest.fixture
def running(shared):
    """A demo that the tests of this file share; it is started again after a test that ends it."""
    return shared.running()


def page(up, path="/health"):
    with urllib.request.urlopen(up.url + path, timeout=5) as response:
        return response.status, response.read().decode()


def refusal(*arguments):
    command = [sys.executable, "-P", "-m", "grader", "up", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_the_demo_prints_its_address_and_how_to_log_in(running):
    assert f"gradecheck is ready at {running.url}" in running.output()
    assert "mira@example.org" in running.output()
    assert page(running)[0] == 200
    assert "Log in" in page(running, "/login")[1]


@pytest.mark.parametrize("part", ["valkey|redis-server", "grader runner", "grader worker", "grader web"])
def test_a_process_that_ends_is_restarted(running, part):
    before, output_before = running.child(part), running.output()

    running.kill(part)

    assert wait_for(lambda: "was killed by SIGKILL; restarting it" in running.output()[len(output_before) :])
    assert wait_for(lambda: running.children(part) not in ([], [before]))


def test_a_second_start_with_the_same_state_is_refused(running):
    second = refusal("--state", running.state)

    assert second.returncode == 2
    assert second.stderr.strip().endswith("is in use by another running `grader up`")


@pytest.mark.parametrize("arguments", [["--demo"], []])
def test_a_demo_never_listens_where_others_can_reach_it(tmp_path, arguments):
    (tmp_path / "demo").touch()

    refused = refusal("--state", tmp_path, "--host", "0.0.0.0", *arguments)

    assert refused.returncode == 2
    assert "listens on 127.0.0.1 only, not on 0.0.0.0" in refused.stderr


def test_a_taken_port_is_reported_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = refusal("--state", tmp_path, "--port", port)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"grader up: port {port} on 127.0.0.1 is taken; choose another with --port\n"


def test_ctrl_c_ends_everything_and_a_second_start_keeps_the_data(shared, running):
    rows = count(running.state, "submissions")

    assert running.end(signal.SIGINT) == 0
    assert running.processes_left() == []

    assert rows == count(shared.running().state, "submissions") > 0


def test_a_killed_supervisor_leaves_no_process(running):
    running.end(signal.SIGKILL)

    assert wait_for(lambda: running.processes_left() == [])


def wait_for(condition, patience_s=15.0):
    deadline = time.monotonic() + patience_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def count(state, table):
    with sqlite3.connect(f"file:{state / 'gradecheck.db'}?mode=ro", uri=True) as database:
        (number,) = database.execute(f"select count(*) from {table}").fetchone()
    database.close()
    return number
