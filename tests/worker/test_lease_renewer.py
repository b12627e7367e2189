"""Leases are renewed as long as a job runs, and finished results are written within a quarter second."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from grader.database import claims, reading, writing
from grader.database.clock import Now, database_now
from grader.database.models import Job
from grader.worker.lease_renewer import PROGRESS_S, LeaseRenewer
from tests.helpers.factories import make_submission

pytestmark = pytest.mark.slow


def claim_one(engine):
    with writing(engine) as session:
        make_submission(session)
    with writing(engine) as session:
        return claims.claim(session, claims.Claimant("worker-1", lease_s=30))


def job(engine, claim):
    with reading(engine) as session:
        return session.get_one(Job, claim.job_id)


def eventually(condition, within_s=5.0):
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_it_writes_finished_results(engine, lease_renewer):
    claim = claim_one(engine)
    with lease_renewer.holding(claim) as held:
        held.add({"id": "a"})
        assert eventually(lambda: job(engine, claim).progress == [{"id": "a"}])
        held.add({"id": "b"})
        assert eventually(lambda: job(engine, claim).progress == [{"id": "a"}, {"id": "b"}])


def test_it_writes_many_finished_tests_in_few_statements(engine, lease_renewer):
    claim = claim_one(engine)
    writes = []
    with lease_renewer.holding(claim) as held:
        start = time.monotonic()
        while time.monotonic() - start < 1:
            held.add({"id": len(held.done)})
            if held.written not in writes:
                writes.append(held.written)
            time.sleep(0.005)
    assert 1 <= len(writes) <= 1 / PROGRESS_S + 1


def test_it_renews_a_lease_that_ends_soon(engine):
    claim = claim_one(engine)
    with writing(engine) as session:
        session.execute(update(Job).values(lease_until=Now(0.5)))
    lease_renewer = LeaseRenewer(engine, lease_s=1.5)
    lease_renewer.start()
    with lease_renewer.holding(claim) as held:
        for _ in range(2):
            before = job(engine, claim).lease_until
            assert eventually(lambda before=before: job(engine, claim).lease_until > before)
        with reading(engine) as session:
            assert session.get_one(Job, claim.job_id).lease_until > database_now(session)
        assert not held.lost
    lease_renewer.stop()


def test_it_renews_nothing_that_is_no_longer_held(engine, lease_renewer):
    claim = claim_one(engine)
    with lease_renewer.holding(claim):
        pass
    before = job(engine, claim).lease_until
    time.sleep(PROGRESS_S * 2)
    assert job(engine, claim).lease_until == before


def test_it_notices_that_a_claim_was_lost(engine, lease_renewer):
    claim = claim_one(engine)
    with lease_renewer.holding(claim) as held:
        with writing(engine) as session:
            session.execute(update(Job).values(lease_until=Now(-1)))
            claims.take_over_expired(session)
        held.add({"id": "a"})
        assert eventually(lambda: held.lost)
    assert job(engine, claim).progress is None


def test_it_leaves_a_long_lease_alone(engine, lease_renewer):
    claim = claim_one(engine)
    before = job(engine, claim).lease_until
    with lease_renewer.holding(claim):
        time.sleep(PROGRESS_S * 3)
    assert job(engine, claim).lease_until - before < timedelta(seconds=1)
