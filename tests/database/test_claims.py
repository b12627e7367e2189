"""Claims: one worker per job, in a fair order, with a lease and a fence."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from grader.database import claims, gradings, reading, results, retries, writing
from grader.database.clock import Now, database_now
from grader.database.models import Audit, GradeSummary, Grading, Job, JobState, Lane, Result
from tests.helpers.factories import (
    make_assignment,
    make_report,
    make_submission,
    make_user,
    queue_bulk,
    row,
)

pytestmark = pytest.mark.slow

ME = claims.Claimant("worker-1", bulk_limit=9)


def take(engine, claimant=ME, **options):
    with writing(engine) as session:
        return claims.claim(session, claimant, **options)


def queue(engine, *lanes):
    """One submission per lane, each of another team; the ids of their jobs."""
    with writing(engine) as session:
        assignment = make_assignment(session)
        jobs = []
        for number, lane in enumerate(lanes):
            user = make_user(session, f"student{number}", assignment.course)
            grading = gradings.latest(session, make_submission(session, assignment, user))
            grading.lane = lane
            jobs.append(grading.id)
        return jobs


def expire(engine, job_id):
    with writing(engine) as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=Now(-1)))


def test_it_claims_nothing_when_nothing_waits(engine):
    assert take(engine) is None


def test_it_claims_each_job_once_and_then_none(engine):
    jobs = queue(engine, Lane.STUDENTS, Lane.STUDENTS)
    assert [take(engine).job_id, take(engine).job_id] == jobs
    assert take(engine) is None


def test_it_takes_students_before_staff_before_bulk(engine):
    bulk, staff, student = queue(engine, Lane.BULK, Lane.STAFF, Lane.STUDENTS)
    assert [take(engine).job_id for _ in range(3)] == [student, staff, bulk]


def test_a_team_with_many_jobs_waits_its_turn(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        eager = make_user(session, "eager", assignment.course)
        calm = make_user(session, "calm", assignment.course)
        first, second, third = (make_submission(session, assignment, eager).id for _ in range(3))
        other = make_submission(session, assignment, calm).id

    with reading(engine) as session:
        submission_of = {job.id: job.submission_id for job in session.query(Grading)}
    order = [submission_of[take(engine).job_id] for _ in range(4)]
    assert order == [first, other, second, third]


def test_it_takes_the_oldest_bulk_job_with_bulk_first(engine):
    _, older, newer = queue(engine, Lane.STUDENTS, Lane.BULK, Lane.BULK)
    with writing(engine) as session:
        session.get_one(Job, older).turn = 5
    assert take(engine, bulk_first=True).job_id == older
    assert take(engine, bulk_first=True).job_id == newer


def test_bulk_first_keeps_the_usual_order_if_no_bulk_job_waits(engine):
    staff, student = queue(engine, Lane.STAFF, Lane.STUDENTS)
    assert [take(engine, bulk_first=True).job_id for _ in range(2)] == [student, staff]


@pytest.mark.parametrize("bulk_first", [False, True])
def test_it_never_fills_the_last_slot_with_bulk(engine, bulk_first):
    first, _, student = queue(engine, Lane.BULK, Lane.BULK, Lane.STUDENTS)
    claimant = claims.Claimant("worker-1", bulk_limit=1)
    with writing(engine) as session:
        session.get_one(Job, student).state = JobState.DONE

    assert take(engine, claimant, bulk_first=bulk_first).job_id == first
    assert take(engine, claimant, bulk_first=bulk_first) is None


def test_it_counts_only_the_workers_own_bulk_jobs(engine):
    queue(engine, Lane.BULK, Lane.BULK)
    assert take(engine, claims.Claimant("worker-1", bulk_limit=1))
    assert take(engine, claims.Claimant("worker-2", bulk_limit=1))


def test_the_job_has_the_worker_and_the_end_of_the_lease(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    held = take(engine, claims.Claimant("worker-7", lease_s=60))

    with reading(engine) as session:
        job, now = session.get_one(Job, job_id), database_now(session)
        assert (job.state, job.worker, job.attempt, job.fence) == (JobState.RUNNING, "worker-7", 1, 1)
        assert timedelta(seconds=55) < job.lease_until - now <= timedelta(seconds=60)
        assert held == claims.Claim(job_id, job.kind, Lane.STUDENTS, fence=1, attempt=1)


def test_it_never_gives_one_job_to_two_of_many_threads(engine):
    jobs = queue(engine, *[Lane.STUDENTS] * 25)

    def claim_all(number):
        claimant, own = claims.Claimant(f"worker-{number}"), []
        while (held := take(engine, claimant)) is not None:
            own.append(held.job_id)
        return own

    with ThreadPoolExecutor(8) as pool:
        taken = Counter(job for own in pool.map(claim_all, range(8)) for job in own)

    assert taken == Counter(jobs)


def test_it_renews_a_lease(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    held = take(engine)
    with writing(engine) as session:
        before = session.get_one(Job, job_id).lease_until
        assert claims.renew(session, held, 300)
    with reading(engine) as session:
        assert session.get_one(Job, job_id).lease_until > before + timedelta(seconds=200)


def test_only_the_current_worker_writes_progress(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    held = take(engine)
    with writing(engine) as session:
        assert claims.write_progress(session, held, [{"id": "a"}], 30)
    expire(engine, job_id)
    with writing(engine) as session:
        claims.take_over_expired(session)
        assert not claims.write_progress(session, held, [{"id": "a"}, {"id": "b"}], 30)
    with reading(engine) as session:
        assert session.get_one(Job, job_id).progress is None


def test_it_takes_over_only_jobs_whose_lease_has_ended(engine):
    lost, other = queue(engine, Lane.STUDENTS, Lane.STUDENTS)
    take(engine), take(engine)
    expire(engine, lost)

    with writing(engine) as session:
        assert claims.take_over_expired(session) == claims.TakenOver(queued=(lost,), out_of_attempts=())
    with reading(engine) as session:
        assert session.get_one(Job, lost).state is JobState.QUEUED
        assert session.get_one(Job, other).state is JobState.RUNNING


def test_a_late_result_with_an_old_fence_changes_nothing(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    old = take(engine, claims.Claimant("worker-1"))
    expire(engine, job_id)
    with writing(engine) as session:
        claims.take_over_expired(session)
    new = take(engine, claims.Claimant("worker-2"))

    with writing(engine) as session:
        assert not results.finish_grading(session, old, make_report(row("a", 0)))
        assert not claims.renew(session, old, 300)
        assert not claims.give_back(session, old, "late", after_s=0)
    with writing(engine) as session:
        assert results.finish_grading(session, new, make_report(row("a", 10)))
    with writing(engine) as session:
        assert not results.finish_grading(session, old, make_report(row("a", 0)))

    with reading(engine) as session:
        assert session.get_one(Grading, job_id).score == 10
        assert session.query(Result).count() == 1
        assert session.query(Audit).where(Audit.action == "grading.finished").count() == 1


def test_finishing_twice_changes_nothing(engine):
    queue(engine, Lane.STUDENTS)
    held = take(engine)
    for expected in (True, False):
        with writing(engine) as session:
            assert results.finish_grading(session, held, make_report(row("a"))) is expected


def test_it_gives_up_after_all_attempts(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    for _ in range(claims.MAX_ATTEMPTS):
        take(engine)
        expire(engine, job_id)
        with writing(engine) as session:
            expired = claims.take_over_expired(session)
            results.note_given_up(session, expired.out_of_attempts)

    assert expired == claims.TakenOver(queued=(), out_of_attempts=(job_id,))
    assert take(engine) is None
    with reading(engine) as session:
        assert [job.id for job in retries.failed_by_us(session)] == [job_id]
        assert session.query(GradeSummary).one().state == "not_yet"


def test_a_job_that_was_given_back_waits_for_a_while(engine):
    (job_id,) = queue(engine, Lane.STUDENTS)
    held = take(engine)
    with writing(engine) as session:
        assert claims.give_back(session, held, "the runner did not answer", after_s=60)
        assert claims.waiting(session) == 0
    assert take(engine) is None

    with writing(engine) as session:
        session.execute(update(Job).values(wait_until=Now(-1)))
        assert claims.waiting(session) == 1
    again = take(engine)
    assert (again.job_id, again.attempt, again.fence) == (job_id, 2, 3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(Lane), st.integers(0, 3)), min_size=1, max_size=6))
def test_it_claims_in_the_order_of_lane_turn_and_id(engine, rows):
    jobs = queue(engine, *(lane for lane, _ in rows))
    with writing(engine) as session:
        for job_id, (_, turn) in zip(jobs, rows, strict=True):
            session.get_one(Job, job_id).turn = turn

    order = [take(engine).job_id for _ in rows]

    assert order == [
        job for (_, _, job) in sorted((r[0], r[1], job) for r, job in zip(rows, jobs, strict=True))
    ]
    with writing(engine) as session:
        session.execute(delete(GradeSummary))
        session.execute(update(Job).values(state=JobState.DONE))


def test_the_turn_is_the_number_of_waiting_jobs(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        first = queue_bulk(session, submission)
        second = queue_bulk(session, submission)
        assert (first.turn, second.turn) == (0, 1)
