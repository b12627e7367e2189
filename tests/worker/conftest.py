import pytest

from grader.values import Mode
from grader.worker.lease_renewer import Keeper
from grader.worker.runner_health import Gate
from grader.worker.work import Desk, Work
from tests.helpers.databases import database_url, engine, postgres, sqlite_template
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.notifications import bell

__all__ = ["bell", "database_url", "engine", "postgres", "sqlite_template"]


@pytest.fixture
def runner():
    return FakeRunner()


@pytest.fixture
def keeper(engine):
    keeper = Keeper(engine, lease_s=30)
    keeper.start()
    yield keeper
    keeper.stop()


@pytest.fixture
def desk(engine, runner, keeper):
    gate = Gate(runner, Mode.UNPRIVILEGED)
    return Desk(engine, runner, gate, keeper, "worker-1", slots=2, lease_s=30)


@pytest.fixture
def work(desk, monkeypatch):
    monkeypatch.setattr("grader.worker.work.PAUSE_S", -1.0)  # what was given back is ripe at once
    monkeypatch.setattr("grader.grading.grade.time.sleep", lambda seconds: None)
    return Work(desk)
