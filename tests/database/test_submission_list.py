"""What staff see: the table of submissions, pass rates, the queue."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from grader.database import (
    courses,
    gradings,
    heartbeats,
    queue_times,
    reading,
    results,
    retries,
    submission_list,
    writing,
)
from grader.database.clock import database_now
from grader.database.models import Assignment, CourseRole, Heartbeat, JobState, Lane
from tests.helpers.factories import grade, make_assignment, make_submission, make_user, queue_bulk, row

pytestmark = pytest.mark.slow


@pytest.fixture
def assignment_id(engine):
    """Alice: 10 of 20, then 20. Bob: 5. Carol_%: queued. Tess, a TA: 0. And another assignment."""
    with writing(engine) as session:
        assignment = make_assignment(session)
        course = assignment.course
        alice, bob = make_user(session, "Alice", course), make_user(session, "Bob", course)
        courses.enrol(session, course, bob, CourseRole.STUDENT, section="B")
        tess = make_user(session, "Tess", course, CourseRole.TA)
        for user, earned in ((alice, (10, 0)), (alice, (10, 10)), (bob, (0, 5)), (tess, (0, 0))):
            make_submission(session, assignment, user)
            grade(session, row("forward", earned[0]), row("xor", earned[1], hidden=True))
        make_submission(session)
        grade(session, row("other"))
        make_submission(session, assignment, make_user(session, "Carol_%", course))
        return assignment.id


def names(engine, assignment_id, **values):
    with reading(engine) as session:
        assignment = session.get_one(Assignment, assignment_id)
        page = submission_list.find(session, assignment, submission_list.Filter(**values))
        return [f"{item.team.name}{item.submission.number}" for item in page.items]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["Carol_%1", "Tess1", "Bob1", "Alice2", "Alice1"]),
        ({"text": "ALI"}, ["Alice2", "Alice1"]),
        ({"text": "%"}, ["Carol_%1"]),
        ({"text": "_"}, ["Carol_%1"]),
        ({"text": "' OR 1=1 --"}, []),
        ({"states": (JobState.QUEUED,)}, ["Carol_%1"]),
        ({"failed_test": "xor"}, ["Tess1", "Alice1"]),
        ({"passed": True}, ["Alice2"]),
        ({"passed": False}, ["Tess1", "Bob1", "Alice1"]),
        ({"section": "B"}, ["Bob1"]),
        ({"at_most": Decimal(5)}, ["Tess1", "Bob1"]),
        ({"counting": True}, ["Carol_%1", "Tess1", "Bob1", "Alice2"]),
        ({"text": "alice", "passed": False}, ["Alice1"]),
    ],
)
def test_it_finds_submissions(engine, assignment_id, values, expected):
    assert names(engine, assignment_id, **values) == expected


def test_it_finds_an_attempt_by_its_number(engine, assignment_id):
    assert "Alice2" in names(engine, assignment_id, text="2")


def test_it_finds_a_name_in_lower_and_upper_case_of_any_language(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        submission.submitter.name = "Zoë Ångström"
        session.flush()
        page = submission_list.find(session, submission.assignment, submission_list.Filter(text="ZOË å"))
        assert [item.submission for item in page.items] == [submission]


def test_a_page_needs_a_fixed_number_of_queries(engine, assignment_id):
    statements = []
    with reading(engine) as session:
        assignment = session.get_one(Assignment, assignment_id)
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        page = submission_list.find(session, assignment, submission_list.Filter())
        assert all(item.team.name and item.grading.state for item in page.items)
    assert len(statements) == 2


def test_a_page_has_its_rows_and_the_total(engine, assignment_id):
    with reading(engine) as session:
        assignment = session.get_one(Assignment, assignment_id)
        page = submission_list.find(session, assignment, submission_list.Filter(), limit=2, offset=1)
        assert [item.team.name for item in page.items] == ["Tess", "Bob"]
        assert page.total == 5


def test_it_shows_the_newest_grading_of_a_submission_once(engine, assignment_id):
    with writing(engine) as session:
        assignment = session.get_one(Assignment, assignment_id)
        item = submission_list.find(session, assignment, submission_list.Filter(text="Bob")).items[0]
        again = gradings.rerun(session, item.submission, by=item.submission.submitter)
        page = submission_list.find(session, assignment, submission_list.Filter(text="Bob"))
        assert [item.grading for item in page.items] == [again]


def test_it_counts_pass_rates_over_students_counting_attempts(engine, assignment_id):
    with reading(engine) as session:
        rates = results.pass_rates(session, session.get_one(Assignment, assignment_id))
        assert [(rate.test_id, rate.visibility, rate.passed, rate.total) for rate in rates] == [
            ("forward", "visible", 1, 2),
            ("xor", "hidden", 2, 2),
        ]


def test_it_reruns_a_submission_once_at_a_time(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        first = gradings.latest(session, submission)
        assert gradings.rerun(session, submission, by=submission.submitter) is first
        grade(session, row("a"))
        again = gradings.rerun(session, submission, by=submission.submitter)
        assert (again.lane, again.state) == (Lane.STAFF, JobState.QUEUED)
        assert gradings.latest(session, submission) is again
        assert gradings.deciding(session, submission) is first


def test_it_loads_a_report_when_asked(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grade(session, row("a"))
    with reading(engine) as session:
        assert gradings.latest(session, submission, report=True).report["max"] == "10"
        assert gradings.deciding(session, submission, report=True).report["score"] == "10"


def place(session, job):
    found = queue_times.place_of(session, job)
    return found.at, found.waiting


def test_it_knows_the_position_in_the_queue(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        jobs = []
        for name in ("alice", "bob", "carol"):
            user = make_user(session, name, assignment.course)
            jobs.append(gradings.latest(session, make_submission(session, assignment, user)))
        queue_bulk(session, make_submission(session))
        assert [place(session, job) for job in jobs] == [(1, 4), (2, 4), (3, 4)]
        grade(session, row("a"))
        session.refresh(jobs[0])
        assert [place(session, job) for job in jobs] == [(0, 3), (1, 3), (2, 3)]


def test_it_knows_when_a_job_starts_from_how_long_others_ran(engine):
    with writing(engine) as session:
        heartbeats.record(session, "worker-1", "worker", 1)
        make_submission(session)
        ran = grade(session, row("a"))
        session.refresh(ran)
        ran.started_at = ran.finished_at - timedelta(seconds=8)
        assignment = make_assignment(session)
        for name in ("alice", "bob", "carol"):
            user = make_user(session, name, assignment.course)
            last = gradings.latest(session, make_submission(session, assignment, user))
        found = queue_times.place_of(session, last)
        assert (found.at, found.starts_in_s) == (3, pytest.approx(16.0))


def test_it_counts_the_jobs_of_each_lane(engine):
    with writing(engine) as session:
        start = database_now(session)
        queue_bulk(session, make_submission(session))
        students, staff, bulk = gradings.lanes(session)
        assert (students.waiting, students.running, bulk.waiting) == (1, 0, 1)
        assert staff == gradings.LaneState(Lane.STAFF, 0, 0, None)
        assert abs((students.oldest - start).total_seconds()) < 5
        grade(session, row("a"))
        assert gradings.finished_since(session, start) == 1


def test_operators_see_a_failed_job_until_it_is_queued_again(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        failed = grade(session, row("a", None), failure="the runner broke")
        assert retries.failed_by_us(session) == [failed]
        gradings.rerun(session, submission, by=submission.submitter)
        assert retries.failed_by_us(session) == []


def test_it_knows_which_processes_are_alive(engine):
    with writing(engine) as session:
        heartbeats.record(session, "worker-1", "worker", 2, mode="full")
        heartbeats.record(session, "sweeper-1", "sweeper")
        heartbeats.record(session, "worker-1", "worker", 4)
        assert [(row.name, row.slots) for row in heartbeats.alive(session, "worker")] == [("worker-1", 4)]
        assert heartbeats.alive(session, "worker", within_s=-5) == []
        assert [row.name for row in heartbeats.alive(session, "sweeper")] == ["sweeper-1"]
        heartbeats.remove(session, "worker-1")
        heartbeats.forget_old(session, after_s=-5)
        assert session.query(Heartbeat).count() == 0
