"""A whole service of real processes: database, Redis, workers, sweeper; only the runner is a fake."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from grader.database import heartbeats, reading, writing
from grader.database.models import Assignment, Audit, Grading, Job, JobKind, JobState, Result
from grader.worker import notify
from tests.faults import forked
from tests.faults.forked import Forked
from tests.helpers.databases import database_url, engine, postgres, postgres_admin, sqlite_template
from tests.helpers.factories import make_gradable, make_submission, make_user
from tests.helpers.notifications import redis_server
from tests.helpers.redis import RedisServer

__all__ = ["database_url", "engine", "postgres", "postgres_admin", "redis_server", "sqlite_template"]
ROOT = Path(__file__).parents[2]
LEASE_S = 2


class Service:
    """Starts and kills the processes, submits files, and counts the results."""

    def __init__(self, folder: Path, url: str, engine: Engine, redis_server: RedisServer) -> None:
        self.engine, self.redis_server, self.log = engine, redis_server, folder / "fake.log"
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "GRADECHECK_DATABASE_URL": url,
            "GRADECHECK_REDIS_URL": redis_server.url,
            "GRADECHECK_RUNNER_SOCKET": str(redis_server.socket.parent / "runner.sock"),
            "GRADECHECK_LEAST_MODE": "unprivileged",
            "GRADECHECK_LEASE_S": str(LEASE_S),
            "GRADECHECK_SWEEP_S": "0.2",
        }
        self._processes: list[subprocess.Popen[bytes] | Forked] = []
        with writing(engine) as session:
            self._assignment_id = make_gradable(session).id

    def start_worker(self, name: str = "worker-1", slots: int = 2) -> Forked:
        """Start a worker with the fake runner; returns when it is ready."""
        worker = self._fork(name, forked.worker, name, slots, str(self.log))
        self.until(lambda: "ready." in self.log_of(name), f"{name} is ready")
        return worker

    def start_real_worker(self, name: str = "worker-1") -> Forked:
        """Start `grader worker`, which uses the real runner; returns when it is ready."""
        worker = self._fork(name, forked.real_worker, name, 2)
        self.until(lambda: "ready." in self.log_of(name), f"{name} is ready")
        return worker

    def start_runner(self) -> subprocess.Popen[bytes]:
        """Start the real runner, with an environment as small as in production."""
        path = self._environment["GRADECHECK_RUNNER_SOCKET"]
        before = self.log_of("runner").count("ready ")
        command = ("-m", "grader", "runner", "--socket", path, "--slots", "2", "--least", "unprivileged")
        minimal = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        with (self._folder / "runner.log").open("ab") as log:
            runner = subprocess.Popen(
                [sys.executable, *command], env=minimal, stdout=log, stderr=log, cwd=ROOT
            )
        self._processes.append(runner)
        self.until(lambda: self.log_of("runner").count("ready ") > before, "the runner is ready")
        return runner

    def start_sweeper(self) -> Forked:
        return self._fork("sweeper", forked.real_sweeper)

    def _fork(self, name: str, run: Callable[..., int], *arguments: object) -> Forked:
        process = Forked(self._folder / f"{name}.log", self._environment, run, *arguments)
        self._processes.append(process)
        return process

    def log_of(self, name: str) -> str:
        path = self._folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def end(self) -> None:
        """End every process that was started, by its own pid."""
        for process in self._processes:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)

    def submit(self, *texts: str, notify_workers: bool = True) -> list[int]:
        """One submission per text, each of a new student; returns the ids of their gradings."""
        jobs = []
        for text in texts:
            with writing(self.engine) as session:
                assignment = session.get_one(Assignment, self._assignment_id)
                user = make_user(session, "student", assignment.course)
                submission = make_submission(session, assignment, user, text=text.encode())
                jobs.append(session.query(Grading).where(Grading.submission_id == submission.id).one().id)
            if notify_workers:
                notify.notify(self.redis_server.url)
        return jobs

    def states(self) -> Counter[JobState]:
        """How many jobs are in each state; not the searches for wrong lines, which follow gradings."""
        with reading(self.engine) as session:
            states = session.query(Job.state).where(Job.kind != JobKind.LINE_SEARCH)
            return Counter(state for (state,) in states)

    def job(self, job_id: int) -> Job:
        with reading(self.engine) as session:
            return session.get_one(Job, job_id)

    def starts(self) -> Counter[str]:
        """How often the runner began a file, by the file's first word."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Counter(line.split()[1] for line in lines if line.startswith("begin"))

    def until(self, condition: Callable[[], bool], description: str, within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline:
                logs = {path.name: self.log_of(path.stem)[-3000:] for path in self._folder.glob("*.log")}
                raise AssertionError(
                    f"after {within_s} s this is not true: {description}; {self.states()}; {logs}"
                )
            time.sleep(0.03)

    def until_all_done(self, count: int, within_s: float = 30) -> None:
        self.until(lambda: self.states() == Counter({JobState.DONE: count}), "all are done", within_s)

    def assert_each_graded_once(self, jobs: list[int]) -> None:
        """Every job is done, with one set of result rows and one entry in the audit trail, full points."""
        with reading(self.engine) as session:
            gradings = session.query(Grading).order_by(Grading.id).all()
            assert [grading.id for grading in gradings] == jobs
            assert [grading.state for grading in gradings] == [JobState.DONE] * len(jobs)
            assert [grading.score for grading in gradings] == [40] * len(jobs)
            assert session.query(Result).count() == 4 * len(jobs)
            ends = session.query(Audit).where(Audit.action == "grading.finished").all()
            assert sorted(entry.subject_id for entry in ends) == jobs

    def workers_alive(self) -> list[str]:
        with reading(self.engine) as session:
            return [row.name for row in heartbeats.alive(session, "worker")]


@pytest.fixture
def service(servers, tmp_path, database_url, engine, redis_server):
    service = Service(tmp_path, database_url, engine, redis_server)
    yield service
    service.end()
