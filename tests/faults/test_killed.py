"""Whatever is killed, every upload is graded, and graded once."""

import signal

from sqlalchemy import func, select, text

from grader.database.clock import Now
from grader.database.models import Job, JobState
from grader.worker import notify
from tests.faults.conftest import LEASE_S

SLOW = "x\npass all\nslow test_b 1.5\n"
QUICK = "x\npass all\n"
ALL_LEASES_OVER = select(func.max(Job.lease_until) < Now())


def test_it_grades_what_a_killed_worker_had_in_hand(service):
    service.start_sweeper()
    doomed = service.start_worker("doomed")
    jobs = service.hand_in(*[SLOW] * 4)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")

    doomed.send_signal(signal.SIGKILL)
    doomed.wait(timeout=5)
    service.start_worker("heir")

    service.until_all_done(4)
    service.assert_each_graded_once(jobs)
    assert sorted(service.job(job).attempt for job in jobs) == [1, 1, 2, 2]
    assert {service.job(job).worker for job in jobs} == {"heir"}


def test_it_grades_all_when_redis_is_killed_in_mid_grading(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.hand_in(*[SLOW] * 3)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")

    service.redis_server.kill()
    jobs += service.hand_in(QUICK, QUICK)
    assert notify.notify(service.redis_server.url) is False
    service.until(lambda: service.states()[JobState.DONE] >= 2, "running ones end without Redis")
    service.redis_server.start()

    service.until_all_done(5)
    service.assert_each_graded_once(jobs)
    assert service.begun() == {"x": 5}


def test_it_grades_all_when_redis_forgets_everything(service):
    service.start_worker()
    jobs = service.hand_in(*[SLOW] * 2, *[QUICK] * 4)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")
    service.redis_server.flush()
    service.start_sweeper()

    service.until_all_done(6)
    service.assert_each_graded_once(jobs)
    assert service.begun() == {"x": 6}


def test_it_grades_once_when_the_bell_rings_too_often(service):
    service.start_sweeper()
    service.start_worker("worker-1")
    service.start_worker("worker-2")
    jobs = service.hand_in(SLOW, QUICK)
    notify.notify(service.redis_server.url, times=30)

    service.until_all_done(2)
    service.until(lambda: notify.pending(service.redis_server.url) == 0, "all rings are answered")
    service.assert_each_graded_once(jobs)
    assert service.begun() == {"x": 2}


def test_it_drops_what_a_frozen_worker_brings_too_late(service):
    service.start_sweeper()
    frozen = service.start_worker("frozen")
    jobs = service.hand_in(SLOW)
    service.until(lambda: service.states()[JobState.RUNNING] == 1, "it runs")

    frozen.send_signal(signal.SIGSTOP)
    service.until(lambda: service.states()[JobState.QUEUED] == 1, "its lease has run out")
    service.start_worker("heir")
    service.until_all_done(1)
    frozen.send_signal(signal.SIGCONT)
    service.until(lambda: "claim.lost" in service.said("frozen"), "the frozen one is refused")

    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).worker == "heir"
    assert service.begun() == {"x": 2}


def test_it_grades_an_upload_that_nobody_rang_for(service):
    jobs = service.hand_in(QUICK, ring=False)
    service.start_worker()
    service.start_sweeper()
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)


def test_it_lets_a_worker_finish_when_it_is_asked_to_end(service):
    worker = service.start_worker()
    jobs = service.hand_in(SLOW)
    service.until(lambda: service.states()[JobState.RUNNING] == 1, "it runs")
    assert service.workers_alive() == ["worker-1"]

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=15) == 0
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1
    assert service.workers_alive() == []


def test_it_keeps_a_long_grading_when_its_lease_is_shorter(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.hand_in(f"x\npass all\nslow test_b {LEASE_S * 2}\n")
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1


def test_it_grades_all_when_every_connection_to_the_database_breaks(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.hand_in(*[SLOW] * 3)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")
    if service.engine.dialect.name == "postgresql":
        with service.engine.begin() as connection:
            others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
            statement = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
            connection.execute(text(statement))
    else:
        with service.engine.connect() as connection:  # nobody can write for longer than a lease
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            service.until(lambda: connection.scalar(ALL_LEASES_OVER), "every lease has run out")
            connection.exec_driver_sql("ROLLBACK")

    service.until_all_done(3)
    service.assert_each_graded_once(jobs)
