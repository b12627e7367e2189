"""The embedded Redis."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from grader.local import redis
from grader.local.errors import UpError


@pytest.fixture
def socket_path():
    with tempfile.TemporaryDirectory(prefix="up-") as folder:
        yield Path(folder) / "redis.sock"


@pytest.mark.server
def test_the_server_binary_is_found_and_runs():
    done = subprocess.run([redis.find_server(), "--version"], capture_output=True, text=True, check=True)

    assert "server v=" in done.stdout


def test_without_the_wheel_a_server_on_path_is_used(monkeypatch, tmp_path):
    (tmp_path / "redis-server").write_text("#!/bin/sh\n")
    (tmp_path / "redis-server").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert redis.find_server() == str(tmp_path / "redis-server")


def test_without_any_server_the_error_shows_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(UpError, match="apt-get install redis-server"):
        redis.find_server()


@pytest.mark.server
def test_it_answers_on_its_socket_and_on_no_port(socket_path):
    server = subprocess.Popen(redis.command(redis.find_server(), socket_path), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 5
        while not redis.answers(socket_path) and time.monotonic() < deadline:
            time.sleep(0.02)

        assert redis.answers(socket_path)
        assert os.stat(socket_path).st_mode & 0o077 == 0
        sockets = subprocess.run(
            ["readlink", *_descriptors(server.pid)], capture_output=True, text=True
        ).stdout
        inodes = {line[8:-1] for line in sockets.splitlines() if line.startswith("socket:[")}
        assert not inodes & _listening_inodes()
    finally:
        server.terminate()
        server.wait(10)


def test_a_missing_server_does_not_answer(socket_path):
    assert not redis.answers(socket_path)


def _descriptors(pid):
    return [str(path) for path in Path(f"/proc/{pid}/fd").iterdir()]


def _listening_inodes():
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {row[9] for row in rows if row[3] == "0A"}
