"""The same with the real runner: real files and sandboxes, killed during a grading."""

import shutil
import signal

import pytest

from grader.database import gradings, packs, reading, writing
from grader.database.models import CourseRole, GradeSummary, JobState, Submission
from grader.packcheck import CheckReport
from grader.packs import load, write_zip
from grader.worker import notify
from tests.faults.conftest import ROOT
from tests.helpers.factories import make_assignment, make_course, make_submission, make_user

SLOW = "import time\ndef one():\n    time.sleep(0.4)\n    return 1\n"
RIGHT = "def one():\n    return 1\n"
WRONG = "def one():\n    return 2\n"
NO_RUNNER = 'claims.paused why="the runner does not answer'


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """Only SQLite: these tests are about processes, the others are about the databases."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.db')}"


def test_it_grades_through_the_real_parts(service):
    service.start_runner()
    service.start_real_worker()
    right, wrong = service.submit(RIGHT, WRONG)
    service.until_all_done(2)
    with reading(service.engine) as session:
        scores = {grading.id: grading.score for grading in session.query(gradings.Grading)}
        assert scores == {right: 40, wrong: 0}
        submission = session.query(Submission).order_by(Submission.id.desc()).first()
        report = gradings.latest(session, submission, report=True).report
        assert report["results"][0]["message"] == "one() differs"


def test_it_grades_all_once_when_worker_and_runner_are_killed(service):
    service.start_sweeper()
    runner = service.start_runner()
    worker = service.start_real_worker("killed")
    jobs = service.submit(*[SLOW] * 4)
    service.until(lambda: any(service.job(job).progress for job in jobs), "a test of one has ended")

    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=5)
    service.start_real_worker("successor")
    service.until(
        lambda: any(service.job(job).worker == "successor" for job in jobs), "the successor has begun"
    )
    runner.send_signal(signal.SIGKILL)
    runner.wait(timeout=5)
    service.until(lambda: NO_RUNNER in service.log_of("successor"), "the successor has noticed")
    service.start_runner()

    service.until_all_done(4, within_s=60)
    service.assert_each_graded_once(jobs)


def test_it_waits_for_a_runner_that_is_not_there_yet(service):
    service.start_sweeper()
    service.start_real_worker()
    jobs = service.submit(RIGHT)
    service.until(lambda: NO_RUNNER in service.log_of("worker-1"), "the worker has noticed")
    assert service.states() == {JobState.QUEUED: 1}
    service.start_runner()
    service.until_all_done(1)
    service.assert_each_graded_once(jobs)
    assert service.job(jobs[0]).attempt == 1


def test_it_proves_an_uploaded_pack_and_then_grades_with_it(service):
    pack = load(ROOT / "assignments" / "mlp-backprop")
    new = packs.NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))
    service.start_runner()
    service.start_real_worker()
    with writing(service.engine) as session:
        course = make_course(session)
        teacher = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        version = packs.add_version(session, course, new, by=teacher)
        packs.ask_check(session, version, by=teacher)
    notify.notify(service.redis_server.url)
    service.until(lambda: service.states()[JobState.DONE] == 1, "the check is over", within_s=280)

    with writing(service.engine) as session:
        version = packs.by_public_id(session, version.public_id)
        assert CheckReport.from_json(version.check_report).faults == ()
        packs.publish(session, version, by=teacher)
        assignment = make_assignment(session, course, version=version)
        solution = pack.files["solution/mlp.py"]
        make_submission(session, assignment, make_user(session, "mira", course), text=solution)
    notify.notify(service.redis_server.url)
    service.until_all_done(2)
    with reading(service.engine) as session:
        summary = session.query(GradeSummary).one()
        assert summary.points == summary.max_points == pack.total_points
