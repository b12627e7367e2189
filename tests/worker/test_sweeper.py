"""The sweeper queues lost jobs again, and sends one message for each waiting job."""

import threading

import pytest
from sqlalchemy import update

from grader.database import claims, reading, writing
from grader.database.clock import Now
from grader.database.models import GradeSummary, Job, JobState
from grader.worker import notify
from grader.worker.sweeper import Swept, sweep, sweep_once
from tests.helpers.factories import make_assignment, make_submission, make_user
from tests.helpers.notifications import redis_server

__all__ = ["redis_server"]


@pytest.fixture
def waiting(engine):
    """Three waiting jobs."""
    with writing(engine) as session:
        assignment = make_assignment(session)
        for name in ("alice", "bob", "carol"):
            make_submission(session, assignment, make_user(session, name, assignment.course))


def lose_one(engine, attempts=1):
    with writing(engine) as session:
        held = claims.claim(session, claims.Claimant("worker-1"))
        session.execute(
            update(Job).where(Job.id == held.job_id).values(lease_until=Now(-1), attempt=attempts)
        )
        return held.job_id


def test_it_sends_one_message_for_each_waiting_job(engine, redis_server, waiting):
    assert sweep_once(engine, redis_server.url) == Swept(taken_over=0, given_up=0, waiting=3, notified=3)
    assert notify.pending(redis_server.url) == 3


def test_it_sends_no_message_for_jobs_that_have_one(engine, redis_server, waiting):
    notify.notify(redis_server.url, times=2)
    assert sweep_once(engine, redis_server.url).notified == 1
    assert sweep_once(engine, redis_server.url).notified == 0


def test_it_sends_messages_again_after_redis_lost_them(engine, redis_server, waiting):
    sweep_once(engine, redis_server.url)
    redis_server.flush()
    assert sweep_once(engine, redis_server.url).notified == 3


def test_it_queues_a_lost_job_again_and_sends_a_message_for_it(engine, redis_server, waiting):
    job_id = lose_one(engine)
    swept = sweep_once(engine, redis_server.url)
    assert (swept.taken_over, swept.waiting, swept.notified) == (1, 3, 3)
    with reading(engine) as session:
        assert session.get_one(Job, job_id).state is JobState.QUEUED


def test_it_gives_up_on_a_job_that_lost_every_worker(engine, redis_server, waiting):
    job_id = lose_one(engine, attempts=claims.MAX_ATTEMPTS)
    assert sweep_once(engine, redis_server.url).given_up == 1
    with reading(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.failure) == (JobState.FAILED, "its worker was lost")
        assert session.get_one(GradeSummary, (1, job.team_id)).state == "not_yet"


def test_it_does_its_work_on_the_database_while_redis_is_down(engine, redis_server, waiting):
    lose_one(engine)
    redis_server.kill()
    assert sweep_once(engine, redis_server.url) == Swept(taken_over=1, given_up=0, waiting=3, notified=0)


def test_it_does_nothing_when_nothing_waits(engine, redis_server):
    assert sweep_once(engine, redis_server.url) == Swept(0, 0, 0, 0)


def test_it_sweeps_until_it_is_ended(engine, redis_server, waiting):
    ended = threading.Event()
    thread = threading.Thread(target=sweep, args=(engine, redis_server.url, 0.05, ended))
    thread.start()
    redis_server.flush()
    ended.wait(0.5)
    ended.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert notify.pending(redis_server.url) == 3
