"""The commands start only with valid settings, and end in an orderly way."""

import threading

import pytest

from grader.database import heartbeats, reading, writing
from grader.worker import main as worker
from grader.worker import sweeper
from tests.helpers.factories import make_submission
from tests.helpers.notifications import redis_server

__all__ = ["redis_server"]


@pytest.fixture
def environment(monkeypatch, database_url):
    monkeypatch.setenv("GRADECHECK_DATABASE_URL", database_url)
    monkeypatch.setenv("GRADECHECK_REDIS_URL", "unix:///nonexistent/redis.sock")
    monkeypatch.setenv("GRADECHECK_RUNNER_SOCKET", "/nonexistent/runner.sock")


@pytest.mark.parametrize("command", [worker.main, sweeper.main])
def test_it_names_the_setting_that_is_missing(command, monkeypatch, capsys):
    monkeypatch.delenv("GRADECHECK_DATABASE_URL", raising=False)
    assert command([]) == 2
    assert "GRADECHECK_DATABASE_URL is not set" in capsys.readouterr().err


@pytest.mark.parametrize("slots", ["0", "-1", "1000"])
def test_it_refuses_an_invalid_number_of_slots(environment, slots, capsys):
    assert worker.main(["--slots", slots]) == 2
    assert f"--slots is {slots}; it must be from 1 to 256" in capsys.readouterr().err


def test_it_sweeps_once_when_asked(environment, engine, redis_server, monkeypatch, capsys):
    monkeypatch.setenv("GRADECHECK_REDIS_URL", redis_server.url)
    with writing(engine) as session:
        make_submission(session)
    assert sweeper.main(["--once"]) == 0
    assert "waiting=1, notified=1" in capsys.readouterr().out


def test_it_sends_heartbeats_until_it_ends(engine):
    seen = threading.Event()
    with worker.sending_heartbeats(engine, "worker-1", "worker", slots=3):
        for _ in range(100):
            with reading(engine) as session:
                if [(row.name, row.slots) for row in heartbeats.alive(session, "worker")] == [
                    ("worker-1", 3)
                ]:
                    seen.set()
                    break
            seen.wait(0.05)
    assert seen.is_set()
    with reading(engine) as session:
        assert heartbeats.alive(session, "worker") == []
