import pytest

from grader.values import Mode
from grader.worker.lease_renewer import LeaseRenewer
from grader.worker.runner_health import RunnerHealth
from grader.worker.work import Work, WorkerContext
from tests.helpers.databases import database_url, engine, postgres, postgres_admin, sqlite_template
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.notifications import redis_server

__all__ = ["database_url", "engine", "postgres", "postgres_admin", "redis_server", "sqlite_template"]


@pytest.fixture
def runner():
    return FakeRunner()


@pytest.fixture
def lease_renewer(engine):
    lease_renewer = LeaseRenewer(engine, lease_s=30)
    lease_renewer.start()
    yield lease_renewer
    lease_renewer.stop()


@pytest.fixture
def context(engine, runner, lease_renewer):
    runner_health = RunnerHealth(runner, Mode.UNPRIVILEGED)
    return WorkerContext(engine, runner, runner_health, lease_renewer, "worker-1", slots=2, lease_s=30)


@pytest.fixture
def work(context, monkeypatch):
    monkeypatch.setattr("grader.worker.work.PAUSE_S", -1.0)  # no pause before a job is claimed again
    monkeypatch.setattr("grader.grading.grade.time.sleep", lambda seconds: None)
    return Work(context)
