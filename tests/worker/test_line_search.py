"""A search for the wrong line follows a grading; it changes the lines of the report, and nothing else."""

import copy

import pytest
from sqlalchemy import update

from grader.database import (
    claims,
    gradings,
    line_searches,
    packs,
    reading,
    regrades,
    results,
    retries,
    submissions,
    writing,
)
from grader.database.models import (
    Assignment,
    FoundLine,
    GradeSummary,
    Grading,
    Job,
    JobKind,
    JobState,
    Lane,
    LineSearch,
    PackVersion,
    Result,
    Submission,
)
from grader.grading.client import Client
from grader.grading.report_json import from_json
from grader.local.shipped import new_version
from grader.packs import find, load
from grader.packs.mistakes import named, program
from grader.values import Mode, Showing, Shows
from grader.worker.runner_health import RunnerHealth
from grader.worker.work import Work, WorkerContext
from tests.helpers.factories import NOON, make_assignment, make_gradable, make_submission, make_user
from tests.helpers.small_pack import small_version

pytestmark = pytest.mark.slow

FAILS = "pass test_a\npass test_hidden\n"
WITH_LINE = FAILS + "line test_b 31\nline test_a 7\n"


@pytest.fixture
def assignment_id(engine):
    with writing(engine) as session:
        return make_gradable(session).id


@pytest.fixture
def submit(engine, assignment_id):
    def submit(text):
        with writing(engine) as session:
            assignment = session.get_one(Assignment, assignment_id)
            user = make_user(session, "alice", assignment.course)
            return make_submission(session, assignment, user, text=text.encode()).id

    return submit


def everything(engine):
    """All that a search may not change."""
    with reading(engine) as session:
        grading = session.query(Grading).one()
        report = copy.deepcopy(grading.report)
        for row in report["results"]:
            row.pop("line")
        rows = session.query(Result).order_by(Result.position).all()
        summary = session.query(GradeSummary).one()
        return (
            report,
            [(row.verdict, row.earned, row.cause, row.mistake, row.place) for row in rows],
            [(c.name, getattr(grading, c.key)) for c in Grading.__table__.columns if c.name != "report"],
            (grading.state, grading.finished_at, grading.attempt, grading.fence, grading.failure),
            [(c.name, getattr(summary, c.key)) for c in GradeSummary.__table__.columns],
            session.query(Submission).one().given_back,
        )


def lines_of(engine):
    with reading(engine) as session:
        report = from_json(session.query(Grading).one().report)
        return {row.id: row.line.spot.line for row in report.results if row.line}


def search_of(engine):
    with reading(engine) as session:
        return session.query(LineSearch).one()


def test_a_failed_test_queues_a_search_in_the_bulk_lane(engine, work, submit):
    submit(FAILS)
    work.do_next()

    search = search_of(engine)

    assert (search.state, search.lane, search.kind) == (JobState.QUEUED, Lane.BULK, JobKind.LINE_SEARCH)


def test_a_search_stores_its_lines_and_changes_nothing_else(engine, work, submit, runner):
    submit(WITH_LINE)
    work.do_next()
    before = everything(engine)

    assert work.do_next() is True

    assert lines_of(engine) == {"test_b": 31}  # test_a passed
    assert everything(engine) == before
    assert search_of(engine).state is JobState.DONE
    assert runner.orders[-1].search
    assert runner.orders[-1].bulk
    with reading(engine) as session:
        row = session.query(FoundLine).one()
        assert (row.test_id, row.file, row.line) == ("test_b", "mlp.py", 31)
        assert (row.function, row.kind) == ("backward", "missing division")


def test_a_search_that_finds_nothing_changes_nothing(engine, work, submit):
    submit(FAILS)
    work.do_next()
    before = everything(engine)

    work.do_next()

    assert (lines_of(engine), everything(engine)) == ({}, before)
    assert search_of(engine).state is JobState.DONE


@pytest.mark.parametrize("text", ["pass all", "pack"])
def test_without_a_test_that_failed_by_a_value_there_is_no_search(engine, work, submit, text):
    submit(text)
    work.do_next()

    assert work.do_next() is False


def test_if_the_assignment_shows_no_diagnosis_there_is_no_search(engine, work, submit, assignment_id):
    with writing(engine) as session:
        session.get_one(Assignment, assignment_id).diagnosis = Shows.OFF
    submit(FAILS)
    work.do_next()

    assert work.do_next() is False


def test_if_the_pack_shows_no_diagnosis_there_is_no_search(engine, work, submit, monkeypatch):
    monkeypatch.setattr("grader.packs.manifest.Manifest.showing", Showing(Shows.OFF))
    submit(FAILS)
    work.do_next()

    assert work.do_next() is False


@pytest.mark.parametrize(
    ("fault", "said"), [("lost", "the search was lost"), ("broken", "ZeroDivisionError")]
)
def test_a_fault_is_tried_again_and_then_left_out(engine, work, submit, fault, said):
    submit(f"{WITH_LINE}{fault}\n")
    work.do_next()
    before = everything(engine)

    for _ in range(claims.MAX_ATTEMPTS):
        assert work.do_next() is True

    assert work.do_next() is False
    assert everything(engine) == before
    assert lines_of(engine) == {}
    search = search_of(engine)
    assert (search.state, said in search.failure) == (JobState.FAILED, True)
    with reading(engine) as session:
        assert [job.id for job in retries.failed_by_us(session)] == [search.id]
        assert not line_searches.is_open(session, search.grading_id)


def test_a_search_whose_worker_was_lost_each_time_costs_nothing(engine, work, submit):
    submit(WITH_LINE)
    work.do_next()
    before = everything(engine)
    with writing(engine) as session:
        held = claims.claim(session, claims.Claimant("w", lease_s=-1))
        session.execute(update(Job).where(Job.id == held.job_id).values(attempt=claims.MAX_ATTEMPTS))
        lost = claims.take_over_expired(session)
        results.note_given_up(session, lost.out_of_attempts)

    assert lost.out_of_attempts == (held.job_id,)
    assert everything(engine) == before


def test_a_search_that_lost_its_claim_stores_nothing(engine, work, submit, runner):
    submit(WITH_LINE)
    work.do_next()
    grade = runner.grade

    def lose(order, on_outcome=lambda _: None):
        with writing(engine) as session:
            session.execute(update(Job).where(Job.state == JobState.RUNNING).values(fence=Job.fence + 1))
        return grade(order, on_outcome)

    runner.grade = lose
    work.do_next()

    assert lines_of(engine) == {}


def test_a_search_of_a_report_that_was_replaced_stores_nothing(engine, work, submit, runner):
    submit(WITH_LINE)
    work.do_next()
    grade = runner.grade

    def replace(order, on_outcome=lambda _: None):
        with writing(engine) as session:
            grading = session.query(Grading).one()
            grading.report = {**grading.report, "replay": "another one"}
        return grade(order, on_outcome)

    runner.grade = replace
    work.do_next()

    assert lines_of(engine) == {}
    assert search_of(engine).state is JobState.DONE


def test_what_students_hand_in_goes_before_a_search(engine, work, submit):
    submit(WITH_LINE)
    work.do_next()
    later = submit("pass all")

    work.do_next()

    with reading(engine) as session:
        assert session.query(Grading).filter_by(submission_id=later).one().state is JobState.DONE
    assert search_of(engine).state is JobState.QUEUED


def test_a_search_goes_behind_the_gradings_of_the_bulk_lane(engine, work, submit):
    submit(WITH_LINE)
    work.do_next()
    with writing(engine) as session:
        for _ in range(2):
            gradings.enqueue(session, session.query(Submission).one(), Lane.BULK)

    with writing(engine) as session:
        kinds = [claims.claim(session, claims.Claimant("w", bulk_limit=9)).kind for _ in range(3)]

    assert kinds == [JobKind.GRADING, JobKind.GRADING, JobKind.LINE_SEARCH]


def test_a_worker_is_notified_of_a_search_after_the_grading(engine, work, submit, context):
    notified = []
    object.__setattr__(context, "notify", lambda: notified.append(1))
    submit("pass all")
    work.do_next()
    none = list(notified)
    submit(WITH_LINE)
    work.do_next()

    assert (none, notified) == ([], [1])


def regrade(engine, version_id=None):
    with writing(engine) as session:
        submission = session.query(Submission).one()
        assignment = submission.assignment
        version = session.get(PackVersion, version_id or assignment.pack_version_id)
        regrades.start(session, assignment, version, [submission.id], why="", by=submission.submitter)


def newest_lines(engine):
    with reading(engine) as session:
        grading = session.query(Grading).order_by(Grading.id.desc()).first()
        report = from_json(grading.report)
        rows = session.query(FoundLine).filter_by(grading_id=grading.id).all()
        found = {row.id: row.line.spot.line for row in report.results if row.line}
        assert {row.test_id: row.line for row in rows} == found
        return found


def test_a_regrade_that_finds_the_same_keeps_the_lines_and_searches_nothing(engine, work, submit, runner):
    submit(WITH_LINE)
    work.do_next()
    work.do_next()
    regrade(engine)
    searches = sum(order.search for order in runner.orders)

    assert work.do_next() is True
    assert work.do_next() is False

    assert newest_lines(engine) == {"test_b": 31}
    assert sum(order.search for order in runner.orders) == searches


def test_a_regrade_that_only_gives_other_points_keeps_the_lines(engine, work, submit, runner):
    submit(WITH_LINE)
    work.do_next()
    work.do_next()
    with writing(engine) as session:
        version = packs.ship(session, small_version(points="30"))
        session.flush()
        version_id = version.id
    regrade(engine, version_id)
    orders = len(runner.orders)

    assert work.do_next() is True
    assert work.do_next() is False

    assert newest_lines(engine) == {"test_b": 31}
    assert len(runner.orders) == orders


def test_a_regrade_of_a_report_without_lines_searches_nothing(engine, work, submit, runner):
    submit(FAILS)
    work.do_next()
    work.do_next()
    regrade(engine)

    assert work.do_next() is True
    assert work.do_next() is False
    assert newest_lines(engine) == {}


def test_a_real_search_names_the_line_of_a_shipped_mistake(engine, lease_renewer, shared_runner):
    if engine.dialect.name != "sqlite":
        pytest.skip("the search is the same, and the other tests try both databases")
    pack, client = load(find("mlp-backprop")), Client(shared_runner)
    wrong = list(program(pack, named(pack, "w1_transposed")).items())
    with writing(engine) as session:
        assignment = make_assignment(session, version=packs.ship(session, new_version(pack)))
        user = make_user(session, "alice", assignment.course)
        submissions.submit(session, assignment, user, wrong, NOON)
    context = WorkerContext(
        engine, client, RunnerHealth(client, Mode.UNPRIVILEGED), lease_renewer, "worker-1", slots=2
    )
    worker = Work(context)

    assert worker.do_next()
    before = everything(engine)
    assert worker.do_next()

    assert everything(engine) == before
    assert set(lines_of(engine).values()) == {30}
