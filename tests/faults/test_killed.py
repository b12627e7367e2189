"""Whichever process is killed, every upload is graded, and graded once."""

import signal

from sqlalchemy import func, select, text

from grader.database.clock import Now
from grader.database.models import Job, JobState
from grader.worker import notify
from tests.faults.conftest import LEASE_S

SLOW = "x\npass all\nslow test_b 1.5\n"
QUICK = "x\npass all\n"
ALL_LEASES_ENDED = select(func.max(Job.lease_until) < Now())


def test_it_grades_the_jobs_of_a_killed_worker(service):
    service.start_sweeper()
    killed = service.start_worker("killed")
    jobs = service.submit(*[SLOW] * 4)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")

    killed.send_signal(signal.SIGKILL)
    killed.wait(timeout=5)
    service.start_worker("successor")

    service.until_all_done(4)
    service.assert_each_graded_once(jobs)
    assert sorted(service.job(job).attempt for job in jobs) == [1, 1, 2, 2]
    assert {service.job(job).worker for job in jobs} == {"successor"}


def test_it_grades_all_when_redis_is_killed_in_mid_grading(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.submit(*[SLOW] * 3)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")

    service.redis_server.kill()
    jobs += service.submit(QUICK, QUICK)
    assert notify.notify(service.redis_server.url) is False
    service.until(lambda: service.states()[JobState.DONE] >= 2, "the running gradings end without Redis")
    service.redis_server.start()

    service.until_all_done(5)
    service.assert_each_graded_once(jobs)
    assert service.starts() == {"x": 5}


def test_it_grades_all_when_redis_loses_all_messages(service):
    service.start_worker()
    jobs = service.submit(*[SLOW] * 2, *[QUICK] * 4)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")
    service.redis_server.flush()
    service.start_sweeper()

    service.until_all_done(6)
    service.assert_each_graded_once(jobs)
    assert service.starts() == {"x": 6}


def test_it_grades_once_when_there_are_too_many_messages(service):
    service.start_sweeper()
    service.start_worker("worker-1")
    service.start_worker("worker-2")
    jobs = service.submit(SLOW, QUICK)
    notify.notify(service.redis_server.url, times=30)

    service.until_all_done(2)
    service.until(lambda: notify.pending(service.redis_server.url) == 0, "all messages are taken")
    service.assert_each_graded_once(jobs)
    assert service.starts() == {"x": 2}


def test_the_late_result_of_a_stopped_worker_is_refused(service):
    service.start_sweeper()
    stopped = service.start_worker("stopped")
    jobs = service.submit(SLOW)
    service.until(lambda: service.states()[JobState.RUNNING] == 1, "it runs")

    stopped.send_signal(signal.SIGSTOP)
    service.until(lambda: service.states()[JobState.QUEUED] == 1, "its lease has ended")
    service.start_worker("successor")
    service.until_all_done(1)
    stopped.send_signal(signal.SIGCONT)
    service.until(lambda: "claim.lost" in service.log_of("stopped"), "the stopped worker has lost its claim")

    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).worker == "successor"
    assert service.starts() == {"x": 2}


def test_it_grades_an_upload_without_a_message(service):
    jobs = service.submit(QUICK, notify_workers=False)
    service.start_worker()
    service.start_sweeper()
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)


def test_a_worker_finishes_its_grading_after_sigterm(service):
    worker = service.start_worker()
    jobs = service.submit(SLOW)
    service.until(lambda: service.states()[JobState.RUNNING] == 1, "it runs")
    assert service.workers_alive() == ["worker-1"]

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=15) == 0
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1
    assert service.workers_alive() == []


def test_it_renews_the_lease_of_a_long_grading(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.submit(f"x\npass all\nslow test_b {LEASE_S * 2}\n")
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1


def test_it_grades_all_when_every_connection_to_the_database_breaks(service):
    service.start_sweeper()
    service.start_worker()
    jobs = service.submit(*[SLOW] * 3)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")
    if service.engine.dialect.name == "postgresql":
        with service.engine.begin() as connection:
            others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
            statement = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
            connection.execute(text(statement))
    else:
        with service.engine.connect() as connection:  # nothing can be written for longer than a lease
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            service.until(lambda: connection.scalar(ALL_LEASES_ENDED), "every lease has ended")
            connection.exec_driver_sql("ROLLBACK")

    service.until_all_done(3)
    service.assert_each_graded_once(jobs)
