"""When a waiting grading starts, as its page says it."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.database import claims, gradings, queue_times, submissions, writing
from grader.database.models import Grading, JobState
from tests.web.world import row
from web.services.progress_texts import starts_words


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


def starts(world, grading_id):
    with writing(world.engine) as session:
        return queue_times.starts_in_s(session, session.get_one(Grading, grading_id))


def test_a_job_with_a_free_slot_starts_at_once(ran):
    assert starts(ran, queue(ran, 2)) == 0.0


def test_the_jobs_ahead_are_shared_among_the_slots(ran):
    assert starts(ran, queue(ran, 5)) == pytest.approx(4 * 10 / 2)


def test_a_running_job_counts_half_whatever_was_idle_before(ran):
    last = queue(ran, 5)
    with writing(ran.engine) as session:
        assert claims.claim(session, claims.Claimant("worker-1"))

    assert starts(ran, last) == pytest.approx((3 * 10 + 10 / 2) / 2)


def test_nothing_is_known_before_the_first_grading(world):
    assert starts(world, queue(world, 3)) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "soon"),
        (0.0, "in a moment"),
        (4.9, "in a moment"),
        (29.0, "in about 30 s"),
        (70.0, "in about 1 minute"),
        (150.0, "in about 2 minutes"),
    ],
)
def test_a_short_wait_is_not_counted_in_seconds(seconds, words):
    assert starts_words(seconds) == words
