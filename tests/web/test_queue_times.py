"""The place of a grading in the queue, and when it starts: from the database, and as its page says it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from grader.database import claims, gradings, queue_times, regrades, submissions, writing
from grader.database.models import Grading, JobState, Lane
from tests.web.world import row
from web.services.progress_texts import rounded, starts_words


@pytest.fixture
def ran(world):
    """A world in which the one grading that has ended ran for 10 seconds, an hour ago."""
    world.grade(row("test_loss"), row("test_gradient"))
    with writing(world.engine) as session:
        done = session.query(Grading).filter_by(state=JobState.DONE).one()
        done.finished_at = datetime.now(UTC) - timedelta(hours=1)
        done.started_at = done.finished_at - timedelta(seconds=10)
    return world


def queue(world, count):
    """Queue so many submissions of charlie; returns the id of the last one's grading."""
    with writing(world.engine) as session:
        assignment = session.merge(world.assignment)
        for number in range(count):
            files = [("squared.py", b"# %d\n" % number)]
            made = submissions.submit(session, assignment, world.people["charlie"], files, datetime.now(UTC))
        return gradings.latest(session, made).id


def place(world, grading_id):
    with writing(world.engine) as session:
        return queue_times.place_of(session, session.get_one(Grading, grading_id))


def starts(world, grading_id):
    return place(world, grading_id).starts_in_s


def test_a_job_with_a_free_slot_starts_at_once(ran):
    assert starts(ran, queue(ran, 2)) == 0.0


def test_the_jobs_ahead_are_shared_among_the_slots(ran):
    assert starts(ran, queue(ran, 5)) == pytest.approx(4 * 10 / 2)


def test_of_a_job_that_runs_what_is_left_counts_whatever_was_idle_before(ran):
    last = queue(ran, 5)
    with writing(ran.engine) as session:
        first = claims.claim(session, claims.Claimant("worker-1"))
        running = session.get_one(Grading, first.job_id, populate_existing=True)
        running.started_at = running.started_at - timedelta(seconds=4)

    assert starts(ran, last) == pytest.approx(6 + 10, abs=0.5)


def test_nothing_is_known_before_the_first_grading(world):
    assert starts(world, queue(world, 3)) is None


def test_gradings_of_a_regrade_say_nothing_about_run_times(ran):
    with writing(ran.engine) as session:
        assignment = session.merge(ran.assignment)
        done = session.query(Grading).filter_by(state=JobState.DONE).one()
        by = session.merge(ran.people["alice"])
        chosen = (done.submission_id,)
        regrade = regrades.start(session, assignment, done.pack_version, chosen, why="one", by=by)
        (again,) = session.query(Grading).filter_by(regrade_id=regrade.id)
        again.state, again.started_at = JobState.DONE, datetime.now(UTC)
        again.finished_at = again.started_at + timedelta(seconds=0.01)

    assert starts(ran, queue(ran, 5)) == pytest.approx(4 * 10 / 2)


def test_the_place_is_that_in_its_own_lane_and_higher_lanes_go_first(ran):
    last = queue(ran, 3)
    with writing(ran.engine) as session:
        job = session.get_one(Grading, last)
        job.lane = Lane.STAFF

    found = place(ran, last)

    assert (found.at, found.waiting) == (1, 1)
    assert found.starts_in_s == pytest.approx(2 * 10 / 2)


def test_a_job_that_runs_has_no_place(ran):
    queue(ran, 3)
    with writing(ran.engine) as session:
        first = claims.claim(session, claims.Claimant("worker-1"))

    found = place(ran, first.job_id)

    assert (found.at, found.waiting, found.starts_in_s) == (0, 2, None)


@pytest.mark.parametrize("count", [3, 30])
def test_it_is_one_query_however_many_wait(ran, count):
    last = queue(ran, count)
    with writing(ran.engine) as session:
        job = session.get_one(Grading, last)
        statements = []
        event.listen(
            ran.engine,
            "before_cursor_execute",
            lambda conn, cursor, statement, *_: statements.append(statement),
        )
        assert queue_times.place_of(session, job).at == count
        assert len(statements) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "soon"),
        (0.0, "in a moment"),
        (4.9, "in a moment"),
        (7.4, "in about 7 s"),
        (29.0, "in about 30 s"),
        (70.0, "in about 70 s"),
        (93.0, "in about 90 s"),
        (170.0, "in about 3 minutes"),
    ],
)
def test_a_short_wait_is_not_counted_in_seconds(seconds, words):
    assert starts_words(seconds) == words


def test_rounding_changes_an_estimate_by_a_quarter_at_most():
    for tenth in range(50, 36_000):
        assert 0.8 <= rounded(tenth / 10) / (tenth / 10) <= 1.25
