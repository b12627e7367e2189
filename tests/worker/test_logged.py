"""What worker and sweeper log: a line for each step of a job, with its upload's id and no student's text."""

import json
import threading
from dataclasses import replace

import pytest
from celery.apps import worker
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from grader.database import claims, packs, writing
from grader.database.clock import Now
from grader.database.models import Assignment, Grading, Job, JobState
from grader.database.retries import PAUSES_S
from grader.grading.errors import RunnerError
from grader.values import Cause, Graded, Mode, Outcome, Verdict
from grader.worker import notify
from grader.worker.app import make_app
from grader.worker.broker import TASK
from grader.worker.lease_renewer import HeldClaim
from grader.worker.main import sending_heartbeats
from grader.worker.sweeper import sweep, sweep_once
from tests.helpers.factories import make_course, make_gradable, make_submission, make_user
from tests.helpers.log_lines import lines
from tests.helpers.small_pack import small_version
from tests.worker.test_lease_renewer import eventually

__all__ = ["lines"]
MARKER = "SESAME-of-a-student"
NO_REDIS = "unix:///nonexistent/redis.sock"


@pytest.fixture
def submit(engine):
    """Submits a file with this text; returns the submission's public id."""
    with writing(engine) as session:
        assignment_id = make_gradable(session).id

    def submit(text):
        with writing(engine) as session:
            assignment = session.get_one(Assignment, assignment_id)
            user = make_user(session, "alice", assignment.course)
            return make_submission(session, assignment, user, text=text.encode()).public_id

    return submit


def test_a_grading_is_logged_when_claimed_and_when_done(work, submit, lines):
    public_id = submit("pass test_a")
    work.do_next()

    claimed, done = lines.all()
    assert (claimed["event"], done["event"]) == ("job.claimed", "job.done")
    assert claimed["id"] == done["id"] == public_id
    assert (done["kind"], done["pack"], done["attempt"]) == ("grading", "small", 1)
    assert done["verdicts"] == {"passed": 1, "failed": 3}
    assert done["run_ms"] > 0
    assert done["wait_ms"] == claimed["wait_ms"] >= 0


def test_the_waiting_time_starts_with_queueing(engine, work, submit, lines):
    submit("pass all")
    with writing(engine) as session:
        session.execute(update(Job).values(created_at=Now(-90)))
    work.do_next()

    (done,) = lines.of("job.done")
    assert done["wait_ms"] >= 90_000


def test_the_phases_are_those_of_the_runner(work, submit, runner, lines):
    grade = runner.grade
    runner.grade = lambda *arguments: replace(
        grade(*arguments), timings=(("tests", 12.5), ("wait for a slot", 1.0))
    )
    submit("pass all")
    work.do_next()

    assert lines.of("job.done")[0]["phases_ms"] == {"tests": 12.5, "wait for a slot": 1.0}


def test_the_runner_gets_the_id_of_the_upload(work, submit, runner):
    ids = [submit("pass all"), submit("pass all")]
    work.do_next()
    work.do_next()

    assert [order.id for order in runner.orders] == ids


def test_a_fault_of_the_system_is_retried_given_back_and_failed(work, submit, lines):
    public_id = submit("internal")
    work.do_next()
    work.do_next()

    names = ["job.claimed", *["job.retried"] * 3, "job.given_back"]
    names += ["job.claimed", *["job.retried"] * 3, "job.failed", "grading.unscored"]
    assert lines.names() == names
    assert {line["id"] for line in lines.all()} == {public_id}
    assert lines.of("job.failed")[0]["why"] == "tests without an outcome"
    (unscored,) = lines.of("grading.unscored")
    assert (unscored["cause"], unscored["after_s"]) == ("system", PAUSES_S[0])
    assert unscored["tests"] == ["test_a", "test_b", "test_c", "test_hidden"]


def test_a_fault_of_the_pack_is_logged_with_the_place_of_its_exception(engine, work, submit, runner, lines):
    def faulty(order, on_outcome):
        detail = f"{MARKER}\ntests/test_a.py:12: in test_a\nE   KeyError: {MARKER!r}"
        plans = order.tests
        faults = [Outcome(plan.id, Verdict.INTERNAL, cause=Cause.PACK, detail=detail) for plan in plans]
        return Graded(tuple(faults), Mode.UNPRIVILEGED, engine={})

    runner.grade = faulty
    public_id = submit("x = 1")
    work.do_next()

    (unscored,) = lines.of("grading.unscored")
    assert (unscored["cause"], unscored["detail"]) == ("pack", "KeyError at test_a.py:12")
    assert MARKER not in lines.text
    with writing(engine) as session:
        session.execute(update(Grading.__table__).values(retry_at=Now(-1)))
    assert sweep_once(engine, NO_REDIS).retried == 1
    assert sweep_once(engine, NO_REDIS).retried == 0
    assert [(line["id"], line["retry"]) for line in lines.of("grading.retried")] == [(public_id, 1)]


def test_the_log_says_if_the_runner_does_not_answer(work, submit, runner, lines, monkeypatch):
    monkeypatch.setattr("grader.worker.runner_health.FRESH_S", float("inf"))  # however slow the machine is
    submit("pass all")
    work.do_next()
    submit("pass all")
    runner.trouble = MARKER
    work.do_next()

    assert [line["why"] for line in lines.of("job.given_back")] == ["the runner does not answer"]


def test_the_log_says_why_nothing_is_claimed(work, submit, runner, lines):
    runner.trouble = "no such socket"
    work.do_next()

    assert lines.names() == ["claims.paused"]
    assert "no such socket" in lines.all()[0]["why"]


def test_a_fault_of_our_own_program_is_logged_with_its_place(work, submit, lines):
    submit("crash")
    work.do_next()

    (fault,) = lines.of("job.fault")
    assert fault["error"] == "ZeroDivisionError"
    assert "fake_runner.py" in fault["at"][-1]
    assert lines.of("job.given_back")[0]["why"] == "ZeroDivisionError"


def test_a_lost_claim_is_logged_and_not_done(engine, work, submit, runner, lines):
    submit("pass all")
    grade = runner.grade

    def slow_grade(order, on_outcome):
        with writing(engine) as session:
            session.query(Job).update({Job.fence: Job.fence + 1})
        return grade(order, on_outcome)

    runner.grade = slow_grade
    work.do_next()

    assert lines.names() == ["job.claimed", "claim.lost"]


def test_a_lease_that_was_not_renewed_is_logged_with_the_jobs_id(work, submit, runner, lease_renewer, lines):
    public_id = submit("pass all")
    grade = runner.grade

    def slow_grade(order, on_outcome):
        assert eventually(lambda: lines.of("lease.not_renewed"))
        return grade(order, on_outcome)

    def fail(held):
        raise OperationalError("update", {"progress": MARKER}, Exception(MARKER))

    runner.grade, lease_renewer._renew = slow_grade, fail
    work.do_next()

    logged = {(line["id"], line["error"]) for line in lines.of("lease.not_renewed")}
    assert logged == {(public_id, "OperationalError")}
    assert MARKER not in lines.text


def test_the_renewer_logs_no_lost_claim_when_the_job_has_ended(engine, submit, lease_renewer, lines):
    submit("pass all")
    with writing(engine) as session:
        claim = claims.claim(session, claims.Claimant("w"))
        claims.finish(session, claim, JobState.DONE)
    held = HeldClaim(claim)
    held.add({"id": "test_a"})
    lease_renewer._renew(held)

    assert held.lost
    assert lines.all() == []


def test_what_celery_prints_at_its_end_is_logged_too(lines):
    make_app(NO_REDIS, lambda: True)
    worker.safe_say("worker: Warm shutdown\n(MainProcess)", None)

    assert [line["message"] for line in lines.of("log")] == ["worker: Warm shutdown\\n(MainProcess)"]


def test_a_pack_check_is_logged_with_the_versions_id(engine, work, lines):
    with writing(engine) as session:
        version = packs.add_version(session, make_course(session), small_version(), by=None)
        packs.ask_check(session, version, by=None)
        public_id = version.public_id
    work.do_next()

    (done,) = lines.of("job.done")
    assert (done["id"], done["kind"], done["pack"]) == (public_id, "pack_check", "small")
    assert done["verdicts"]["faulty"] >= 1


def test_the_sweeper_logs_which_job_it_took_over(engine, submit, lines):
    ids = [submit("pass all"), submit("pass all")]
    with writing(engine) as session:
        first, last = (claims.claim(session, claims.Claimant("w")).job_id for _ in ids)
        session.execute(update(Job).values(lease_until=Now(-1)))
        session.execute(update(Job).where(Job.id == last).values(attempt=claims.MAX_ATTEMPTS))
    sweep_once(engine, NO_REDIS)

    logged = {line["event"]: (line["id"], line["job"]) for line in lines.of("job.taken_over", "job.failed")}
    assert logged == {"job.taken_over": (ids[0], first), "job.failed": (ids[1], last)}


def test_the_sweeper_logs_that_the_database_is_down(engine, monkeypatch, lines):
    ended = threading.Event()

    def fail(*_):
        ended.set()
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr("grader.worker.sweeper.sweep_once", fail)
    sweep(engine, NO_REDIS, 0.01, ended)

    assert [line["error"] for line in lines.of("sweep.failed")] == ["OperationalError"]


def test_a_redis_that_is_down_is_logged(lines):
    assert notify.notify(NO_REDIS) is False

    assert lines.names() == ["notify.failed"]


def test_a_heartbeat_that_could_not_be_written_is_logged(engine, monkeypatch, lines):
    tried = threading.Event()

    def fail(*_):
        tried.set()
        raise OperationalError("insert", {}, Exception("down"))

    monkeypatch.setattr("grader.database.heartbeats.record", fail)
    with sending_heartbeats(engine, "worker-1", "worker"):
        assert tried.wait(10)

    assert "heartbeat.failed" in lines.names()


def test_an_exception_of_a_task_is_logged_without_its_text(lines):
    def faulty():
        raise OperationalError("update", {"failure": MARKER}, Exception(MARKER))

    make_app(NO_REDIS, faulty).tasks[TASK].apply()

    assert [line["error"] for line in lines.of("task.failed")] == ["OperationalError"]
    assert MARKER not in lines.text


def test_no_line_has_a_students_text_or_a_message_about_it(work, submit, runner, lines):
    grade = runner.grade

    def marked(order, on_outcome):
        return grade(order, lambda outcome: on_outcome(with_marker(outcome)))

    def with_marker(outcome):
        texts = {name: MARKER for name in ("message", "output", "traceback", "detail", "answer")}
        return replace(outcome, arguments=MARKER.encode(), **texts)

    def raising(error):
        def raise_it(order, on_outcome):
            raise error

        return raise_it

    runner.grade = marked
    for text in ("pass all", "internal", "crash", "pack"):
        submit(f"{text}\n{MARKER}")
        work.do_next()
    for error in (RunnerError(Cause.SYSTEM, MARKER), RunnerError(Cause.PACK, MARKER), ValueError(MARKER)):
        runner.grade = raising(error)
        submit(MARKER)
        work.do_next()

    assert len(lines.of("job.done")) >= 2
    assert lines.of("job.fault")
    assert lines.of("job.given_back")
    assert MARKER not in lines.text
    assert all(json.loads(line) for line in lines.text.splitlines())
