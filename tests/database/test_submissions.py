"""Submitting: dates, attempts, files, and many requests at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from grader.database import courses, gradings, reading, submissions, writing
from grader.database.errors import Closed, NoAttemptsLeft, NotOpen, StoreError
from grader.database.models import Assignment, Blob, CourseRole, Job, JobState, Lane, Submission, Team, User
from tests.helpers.factories import NOON, make_assignment, make_submission, make_user


def test_it_stores_the_files_unchanged(engine):
    files = [("mlp.py", "σ = 1\r\n".encode()), ("util.py", b"")]
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        public_id = submissions.submit(session, assignment, alice, files, NOON).public_id
    with reading(engine) as session:
        submission = submissions.by_public_id(session, public_id)
        assert submissions.read_files(session, submission) == tuple(files)
        assert submission.assignment.course.title == "Neural Networks"


def test_it_stores_the_same_bytes_once(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        for name in ("alice", "bob"):
            make_submission(session, assignment, make_user(session, name, assignment.course), text=b"same")
        assert session.query(Blob).where(Blob.size == 4).count() == 1


def test_many_requests_can_store_the_same_files_in_any_order(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        assignment_id = assignment.id
        users = [make_user(session, "student", assignment.course).id for _ in range(12)]

    def submit(number):
        files = [(f"{n}.py", b"%d" % n) for n in range(6)]
        with writing(engine) as session:
            assignment = session.get_one(Assignment, assignment_id)
            user = session.get_one(User, users[number])
            ordered = files if number % 2 else files[::-1]
            return submissions.submit(session, assignment, user, ordered, NOON).number

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(submit, range(12))) == [1] * 12
    with reading(engine) as session:
        assert session.query(Blob).count() == 7  # these and the pack's zip


def test_it_queues_a_students_grading_in_the_students_lane(engine):
    with writing(engine) as session:
        submission = make_submission(session)
        grading = gradings.latest(session, submission)
        assert (grading.state, grading.lane, grading.turn) == (JobState.QUEUED, Lane.STUDENTS, 0)
        assert grading.pack_version_id == submission.assignment.pack_version_id


def test_staff_have_their_own_lane_and_no_limits(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, attempts=1)
        ta = make_user(session, "ta", assignment.course, CourseRole.TA)
        for _ in range(2):
            late = submissions.submit(session, assignment, ta, [("a.py", b"1")], NOON + timedelta(days=99))
        assert gradings.latest(session, late).lane is Lane.STAFF


def test_it_numbers_attempts_within_the_team(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        bob = make_user(session, "bob", assignment.course)
        numbers = [make_submission(session, assignment, user).number for user in (alice, bob, alice)]
        assert numbers == [1, 1, 2]
        team = courses.team_of(session, assignment.course, alice)
        assert [attempt.number for attempt in submissions.history(session, assignment, team)] == [2, 1]


@pytest.mark.parametrize(
    ("days", "refusal"), [(-7.01, NotOpen), (-7, None), (0, None), (7, None), (7.01, Closed)]
)
def test_it_accepts_uploads_from_opening_to_closing(engine, days, refusal):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        if refusal is None:
            assert make_submission(session, assignment, alice, at=NOON + timedelta(days=days)).number == 1
            return
        with pytest.raises(refusal):
            make_submission(session, assignment, alice, at=NOON + timedelta(days=days))


def test_it_accepts_late_uploads_until_the_assignment_closes(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, late_until=NOON + timedelta(days=9))
        assert make_submission(session, assignment, at=NOON + timedelta(days=8)).number == 1


def test_it_refuses_more_attempts_than_allowed(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, attempts=2)
        alice = make_user(session, "alice", assignment.course)
        make_submission(session, assignment, alice)
        make_submission(session, assignment, alice)
        with pytest.raises(NoAttemptsLeft, match="All 2 attempts"):
            make_submission(session, assignment, alice)


def test_many_uploads_at_once_can_not_exceed_the_attempts(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, attempts=3)
        assignment_id, alice_id = assignment.id, make_user(session, "alice", assignment.course).id

    def submit(number):
        try:
            with writing(engine) as session:
                assignment, alice = (
                    session.get_one(Assignment, assignment_id),
                    session.get_one(User, alice_id),
                )
                make_submission(session, assignment, alice, text=b"%d" % (number % 2))
        except StoreError as error:
            return error.code
        return "accepted"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(submit, range(8)))

    assert sorted(results) == ["accepted"] * 3 + ["no_attempts_left"] * 5
    with reading(engine) as session:
        assert sorted(row.number for row in session.query(Submission)) == [1, 2, 3]
        assert sorted(job.turn for job in session.query(Job)) == [0, 1, 2]


def test_requests_at_the_same_time_make_one_team(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice")
        course_id, alice_id = assignment.course_id, alice.id

    def team(_):
        with writing(engine) as session:
            user = session.get_one(User, alice_id)
            return courses.get_or_make_team(session, session.get_one(courses.Course, course_id), user).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(team, range(6)))) == 1
    with reading(engine) as session:
        assert session.query(Team).count() == 1


def test_the_ids_of_submissions_can_not_be_guessed(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        ids = {make_submission(session, assignment, alice).public_id for _ in range(5)}
        assert len(ids) == 5
        assert all(len(public_id) >= 16 for public_id in ids)
        assert submissions.by_public_id(session, "nothing") is None
