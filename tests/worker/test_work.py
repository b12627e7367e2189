"""A claimed job gives one report; our own faults never give points."""

from decimal import Decimal

import pytest
from sqlalchemy import event

from grader.database import claims, packs, reading, regrade_changes, regrade_list, regrades, retries, writing
from grader.database.models import (
    Assignment,
    GradeSummary,
    Grading,
    Job,
    JobState,
    Lane,
    PackState,
    Result,
    Submission,
)
from grader.grading.errors import RunnerError
from grader.grading.report_json import from_json
from grader.values import Cause, Mode, Verdict
from grader.worker.runner_health import RunnerHealth
from grader.worker.work import BULK_EVERY
from tests.helpers.factories import make_course, make_gradable, make_submission, make_user, queue_bulk
from tests.helpers.small_pack import small_version

pytestmark = pytest.mark.slow


@pytest.fixture
def submit(engine):
    """Submits a file with this text, each time as a new student; returns the submission's id."""
    with writing(engine) as session:
        assignment_id = make_gradable(session).id

    def submit(text):
        with writing(engine) as session:
            assignment = session.get_one(Assignment, assignment_id)
            user = make_user(session, "alice", assignment.course)
            return make_submission(session, assignment, user, text=text.encode()).id

    return submit


def grading_of(engine, submission_id):
    with reading(engine) as session:
        grading = session.query(Grading).where(Grading.submission_id == submission_id).one()
        assert grading.report is None or grading.report["format"] == 1
        return grading


def test_it_does_nothing_when_nothing_waits(work):
    assert work.do_next() is False


def test_it_grades_a_submission(engine, work, submit, runner):
    submission_id = submit("pass test_a\npass test_hidden\n")

    assert work.do_next() is True

    grading = grading_of(engine, submission_id)
    assert (grading.state, grading.score, grading.max_score) == (JobState.DONE, 20, 40)
    assert (grading.visible_score, grading.visible_max, grading.mode) == (10, 30, Mode.UNPRIVILEGED)
    assert runner.orders[0].files == (("mlp.py", b"pass test_a\npass test_hidden\n"),)
    report = from_json(grading.report)
    assert [result.verdict for result in report.results] == [
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.FAILED,
        Verdict.PASSED,
    ]
    with reading(engine) as session:
        assert [row.earned for row in session.query(Result).order_by(Result.position)] == [10, 0, 0, 10]
        assert session.query(GradeSummary).one().points == 20


def test_it_draws_the_same_hidden_numbers_for_all_attempts_of_a_team(engine, work, runner):
    with writing(engine) as session:
        assignment = make_gradable(session)
        alice = make_user(session, "alice", assignment.course)
        bob = make_user(session, "bob", assignment.course)
        for user in (alice, alice, bob):
            make_submission(session, assignment, user, text=b"pass all")
    for _ in range(3):
        work.do_next()

    keys = [[test.key for test in order.tests] for order in runner.orders]
    first, second, other = sorted(keys, key=keys.count, reverse=True)
    assert first == second
    assert [a == b for a, b in zip(first, other, strict=True)] == [True, True, True, False]


def test_it_gives_no_points_when_the_pack_is_at_fault(engine, work, submit):
    submission_id = submit("pack")
    work.do_next()
    grading = grading_of(engine, submission_id)
    assert (grading.state, grading.score) == (JobState.DONE, None)
    with reading(engine) as session:
        assert session.query(GradeSummary).one().state == "not_yet"


def test_it_retries_after_a_system_fault_and_then_shows_it_to_operators(engine, work, submit, runner):
    submission_id = submit("internal")

    work.do_next()
    waiting = grading_of(engine, submission_id)
    assert (waiting.state, waiting.attempt, waiting.score) == (JobState.QUEUED, 1, None)

    work.do_next()
    failed = grading_of(engine, submission_id)
    assert (failed.state, failed.score) == (JobState.FAILED, None)
    assert "the examiner was killed" in failed.failure
    assert len(runner.orders) == 8
    with reading(engine) as session:
        assert [job.id for job in retries.failed_by_us(session)] == [failed.id]


def test_it_gives_up_on_a_fault_of_our_own_program_after_all_tries(engine, work, submit):
    submission_id = submit("crash")
    for _ in range(claims.MAX_ATTEMPTS):
        assert work.do_next()
    assert not work.do_next()
    grading = grading_of(engine, submission_id)
    assert (grading.state, grading.report) == (JobState.FAILED, None)
    assert grading.failure == "ZeroDivisionError: a fault of our own program"


def test_it_claims_nothing_while_the_runner_does_not_answer(engine, work, submit, runner):
    submission_id = submit("pass all")
    runner.trouble = "no such socket"
    assert work.do_next() is False
    assert grading_of(engine, submission_id).attempt == 0

    runner.trouble = ""
    assert work.do_next() is True
    assert grading_of(engine, submission_id).score == 40


def test_it_grades_again_when_the_runner_was_down_meanwhile(engine, work, submit, runner):
    submission_id = submit("pass all")
    work.do_next()  # now the runner's health is known, and this job is done
    second = submit("pass all")
    runner.trouble = "restarting"
    work.do_next()
    waiting = grading_of(engine, second)
    assert (waiting.state, waiting.attempt) == (JobState.QUEUED, 1)

    runner.trouble = ""
    work.do_next()
    assert grading_of(engine, second).score == 40
    assert grading_of(engine, submission_id).score == 40


def test_it_gives_up_on_a_file_that_ends_the_runner_each_time(engine, work, submit, runner):
    submission_id = submit("pass all")
    other = submit("pass all")
    obstacle, grade = work._context.runner_health.obstacle, runner.grade

    def fail(order, on_outcome):
        raise RunnerError(Cause.SYSTEM, "the runner ended")

    runner.grade = fail
    work._context.runner_health.obstacle = lambda *, fresh=False: "no answer" if fresh else ""
    for _ in range(claims.MAX_ATTEMPTS):
        work.do_next()
    assert grading_of(engine, submission_id).state is JobState.FAILED

    work._context.runner_health.obstacle, runner.grade = obstacle, grade
    work.do_next()
    assert grading_of(engine, other).score == 40


def test_it_refuses_to_grade_below_the_least_mode(engine, context, submit):
    runner_health = RunnerHealth(context.runner, Mode.FULL)
    assert "at least full is required" in runner_health.obstacle()


def test_it_stores_nothing_when_the_claim_was_lost(engine, work, submit, runner):
    submission_id = submit("pass all")
    grade = runner.grade

    def slow_grade(order, on_outcome):
        with writing(engine) as session:
            session.query(Job).update({Job.fence: Job.fence + 1, Job.state: JobState.QUEUED})
        return grade(order, on_outcome)

    runner.grade = slow_grade
    work.do_next()
    assert grading_of(engine, submission_id).state is JobState.QUEUED
    runner.grade = grade
    work.do_next()
    assert grading_of(engine, submission_id).score == 40
    with reading(engine) as session:
        assert session.query(Result).count() == 4


def test_it_takes_a_bulk_job_at_every_tenth_claim(engine, work, submit):
    ids = [submit("pass all") for _ in range(BULK_EVERY + 2)]
    with writing(engine) as session:
        bulk = session.query(Grading).where(Grading.submission_id == ids[-1]).one()
        bulk.lane = Lane.BULK
        bulk_id = bulk.id
    for _ in range(BULK_EVERY - 1):
        work.do_next()
    with reading(engine) as session:
        assert session.get_one(Job, bulk_id).state is JobState.QUEUED
    work.do_next()
    with reading(engine) as session:
        assert session.get_one(Job, bulk_id).state is JobState.DONE


def test_it_does_bulk_jobs_even_with_a_single_slot(engine, work, submit):
    submit("pass all")
    with writing(engine) as session:
        submission = session.query(Submission).one()
        queue_bulk(session, submission)
    assert work.do_next()
    assert work.do_next()


def test_it_holds_no_transaction_while_the_runner_grades(engine, work, submit, runner):
    submit("pass all")
    open_transactions, seen_by_runner = set(), []
    event.listen(engine, "begin", lambda connection: open_transactions.add(id(connection)))
    event.listen(engine, "commit", lambda connection: open_transactions.discard(id(connection)))
    event.listen(engine, "rollback", lambda connection: open_transactions.discard(id(connection)))
    grade = runner.grade

    def observed_grade(order, on_outcome):
        seen_by_runner.append(set(open_transactions))
        return grade(order, on_outcome)

    runner.grade = observed_grade
    work.do_next()
    assert seen_by_runner == [set()]


def test_it_checks_an_uploaded_pack_and_stores_the_report(engine, work):
    with writing(engine) as session:
        version = packs.add_version(session, make_course(session), small_version(), by=None)
        packs.ask_check(session, version, by=None)
        public_id = version.public_id
    work.do_next()
    with reading(engine) as session:
        version = packs.by_public_id(session, public_id)
        assert version.state is PackState.FAILED  # the fake runner collects no test
        assert version.check_report["pack_id"] == "small"
        assert any(step["faults"] for step in version.check_report["steps"])


def test_it_reports_the_fault_of_a_pack_that_can_not_be_read(engine, work):
    with writing(engine) as session:
        new = packs.NewVersion("broken", "Broken", "content", "grading", b"no zip")
        version = packs.add_version(session, make_course(session), new, by=None)
        packs.ask_check(session, version, by=None)
        public_id = version.public_id
    work.do_next()
    with reading(engine) as session:
        version = packs.by_public_id(session, public_id)
        assert version.state is PackState.FAILED
        assert "zip" in version.check_report["steps"][0]["faults"][0]


def test_it_stores_exact_points(engine, work, submit):
    submission_id = submit("pass test_b")
    work.do_next()
    assert grading_of(engine, submission_id).score == Decimal(10)


@pytest.mark.parametrize(
    ("points", "cpu_s", "orders", "score"),
    [("25", "2.0", 1, 35), ("25", "1.0", 2, 35)],
    ids=["only the points differ", "a limit differs"],
)
def test_a_regrade_runs_the_tests_again_only_if_they_decide_otherwise(
    engine, work, submit, runner, points, cpu_s, orders, score
):
    submission_id = submit("pass test_a\npass test_hidden\n")
    work.do_next()
    with writing(engine) as session:
        version = packs.ship(session, small_version(points=points, cpu_s=cpu_s))
        submission = session.get_one(Submission, submission_id)
        assignment, by = submission.assignment, submission.submitter
        regrades.start(session, assignment, version, [submission_id], why="one", by=by)

    work.do_next()

    with writing(engine) as session:
        regrade = regrade_list.undecided(session, session.get_one(Submission, submission_id).assignment)
        assert regrade_changes.changes(session, regrade)[0].after == score
    assert len(runner.orders) == orders
