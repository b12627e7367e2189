"""The sweeper: takes over what was lost, rings for what waits, and no more than that."""

import threading

import pytest
from sqlalchemy import update

from grader.database import claims, reading, writing
from grader.database.clock import Now
from grader.database.models import Job, JobState, Standing
from grader.worker import notify
from grader.worker.sweeper import Swept, sweep, sweep_once
from tests.helpers.factories import make_assignment, make_submission, make_user
from tests.helpers.notifications import bell

__all__ = ["bell"]


@pytest.fixture
def waiting(engine):
    """Three rows that wait."""
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


def test_it_rings_once_for_each_row_that_waits(engine, bell, waiting):
    assert sweep_once(engine, bell.url) == Swept(taken_over=0, given_up=0, waiting=3, rung=3)
    assert notify.pending(bell.url) == 3


def test_it_does_not_ring_for_rows_that_a_bell_stands_for(engine, bell, waiting):
    notify.notify(bell.url, times=2)
    assert sweep_once(engine, bell.url).rung == 1
    assert sweep_once(engine, bell.url).rung == 0


def test_it_rings_again_after_redis_forgot(engine, bell, waiting):
    sweep_once(engine, bell.url)
    bell.flush()
    assert sweep_once(engine, bell.url).rung == 3


def test_it_takes_over_a_lost_row_and_rings_for_it(engine, bell, waiting):
    job_id = lose_one(engine)
    done = sweep_once(engine, bell.url)
    assert (done.taken_over, done.waiting, done.rung) == (1, 3, 3)
    with reading(engine) as session:
        assert session.get_one(Job, job_id).state is JobState.QUEUED


def test_it_gives_up_on_a_row_that_lost_every_worker(engine, bell, waiting):
    job_id = lose_one(engine, attempts=claims.MAX_ATTEMPTS)
    assert sweep_once(engine, bell.url).given_up == 1
    with reading(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.failure) == (JobState.FAILED, "its worker was lost")
        assert session.get_one(Standing, (1, job.team_id)).state == "not_yet"


def test_it_does_its_work_on_the_database_while_redis_is_down(engine, bell, waiting):
    lose_one(engine)
    bell.kill()
    assert sweep_once(engine, bell.url) == Swept(taken_over=1, given_up=0, waiting=3, rung=0)


def test_it_does_nothing_when_nothing_waits(engine, bell):
    assert sweep_once(engine, bell.url) == Swept(0, 0, 0, 0)


def test_it_sweeps_until_it_is_told_to_end(engine, bell, waiting):
    ended = threading.Event()
    thread = threading.Thread(target=sweep, args=(engine, bell.url, 0.05, ended))
    thread.start()
    bell.flush()
    ended.wait(0.5)
    ended.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert notify.pending(bell.url) == 3
