"""The same with the real runner: real files, real sandboxes, killed in mid-grading."""

import shutil
import signal
import time

import pytest

from grader.store import gradings, reading
from grader.store.models import JobState, Submission

SLOW = "import time\ndef one():\n    time.sleep(0.4)\n    return 1\n"
RIGHT = "def one():\n    return 1\n"
WRONG = "def one():\n    return 2\n"


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """These are about processes; what the databases differ in, the other tests try."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.db')}"


def test_it_grades_through_the_real_parts(service):
    service.start_runner()
    service.start_real_worker()
    right, wrong = service.hand_in(RIGHT, WRONG)
    service.until_all_done(2)
    with reading(service.engine) as session:
        scores = {one.id: one.score for one in session.query(gradings.Grading)}
        assert scores == {right: 40, wrong: 0}
        submission = session.query(Submission).order_by(Submission.id.desc()).first()
        report = gradings.latest(session, submission, report=True).report
        assert report["results"][0]["message"] == "one() differs"


def test_it_grades_all_once_when_worker_and_runner_are_killed(service):
    service.start_sweeper()
    runner = service.start_runner()
    worker = service.start_real_worker("doomed")
    jobs = service.hand_in(*[SLOW] * 4)
    service.until(lambda: service.states()[JobState.RUNNING] == 2, "two run")
    time.sleep(0.5)

    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=5)
    service.start_real_worker("heir")
    service.until(lambda: any(service.job(job).worker == "heir" for job in jobs), "the heir has begun")
    runner.send_signal(signal.SIGKILL)
    runner.wait(timeout=5)
    time.sleep(1)
    service.start_runner()

    service.until_all_done(4, within_s=60)
    service.assert_each_graded_once(jobs)


def test_it_waits_for_a_runner_that_is_not_there_yet(service):
    service.start_sweeper()
    service.start_real_worker()
    jobs = service.hand_in(RIGHT)
    time.sleep(1)
    assert service.states() == {JobState.QUEUED: 1}
    service.start_runner()
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1
