"""A grading without a score: what its student reads, and where the staff see it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from grader.database import writing
from grader.database.models import Grading
from grader.values import Cause, Verdict
from tests.web.test_submit import send
from tests.web.world import row
from web.services.fault_words import next_words

NOW = datetime(2026, 10, 16, 12, tzinfo=UTC)
INTERNAL = {"verdict": Verdict.INTERNAL, "cause": Cause.SYSTEM, "detail": "the examiner was killed"}


@pytest.fixture
def faulty(world):
    """The world, after alice's only attempt ended with one row without a verdict."""
    world.grade(row("test_loss"), row("test_gradient", **INTERNAL))
    return world


def flat(page):
    return " ".join(page.text.split())


def set_retry(world, values):
    with writing(world.engine) as session:
        session.execute(text(f"UPDATE gradings SET {values}"))


@pytest.mark.parametrize(
    ("retry_at", "words"),
    [
        (NOW + timedelta(minutes=20), "it will be tried again at about 14:20"),
        (NOW + timedelta(hours=20), "it will be tried again on Sat 17 Oct at about 10:00"),
        (NOW - timedelta(seconds=1), "it will be tried again in a moment"),
        (None, "the staff of the course can see it and have it graded again"),
    ],
)
def test_the_sentence_says_what_happens_next(retry_at, words):
    assert next_words(retry_at, NOW, "Europe/Zurich") == words


def test_the_student_reads_that_it_is_tried_again_and_uses_up_no_attempt(faulty):
    page = flat(faulty.visit("alice").get(faulty.attempt))

    assert "The grading had a fault on our side; it will be tried again at about" in page
    assert "It doesn’t use up an attempt." in page
    assert "Without a result: 1 test." in page
    assert "the examiner was killed" not in page


def test_the_student_reads_the_truth_when_it_is_not_tried_again(faulty):
    set_retry(faulty, "retry_at = NULL")

    page = flat(faulty.visit("alice").get(faulty.attempt))

    assert "the staff of the course can see it and have it graded again" in page
    assert "tried again" not in page


def test_a_grading_with_a_score_has_no_such_sentence(world):
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED))

    assert "fault on our side" not in flat(world.visit("alice").get(world.attempt))


def test_the_attempt_is_given_back_on_every_page(other_world):
    world = other_world(attempts=1)
    visitor = world.visit("alice")
    assert "All attempts are used" in flat(visitor.get(world.page))
    world.grade(row("test_loss"), row("test_gradient", **INTERNAL))

    page = flat(visitor.get(world.page))
    assert "1 of 1 attempt left" in page
    assert "uses up no attempt" in page
    assert "1 left" in flat(visitor.get(world.attempt))
    assert "0 of 1" in flat(visitor.get(world.base))
    assert send(visitor, world, b"def loss(y, t):\n    return 1\n").status_code == 303
    assert "All attempts are used" in flat(visitor.get(world.page))


def test_staff_see_it_in_the_class_with_its_detail_and_find_it_by_the_filter(faulty):
    address = f"{faulty.page}/class"
    visitor = faulty.visit("ta")

    page = flat(visitor.get(address))
    assert ">1 grading</a> ended by a fault that is not the student’s" in page
    assert "test_gradient (system): the examiner was killed" in page
    assert "tried again at about" in page
    assert faulty.attempt in visitor.get(f"{address}/submissions?state=stopped").text
    assert faulty.attempt not in visitor.get(f"{address}/submissions?state=done").text


def test_staff_see_it_at_the_top_of_the_course_and_students_do_not(faulty):
    words = "ended by a fault that is not the student’s"

    assert words in flat(faulty.visit("ta").get(faulty.base))
    assert words not in flat(faulty.visit("alice").get(faulty.base))


def test_the_status_is_not_all_green_and_operators_read_the_detail(faulty):
    operator, staff = (flat(faulty.visit(name).get("/status")) for name in ("operator", "ta"))

    for page in (operator, staff):
        assert "all parts answer" not in page
        assert "1 grading ended by a fault of ours or of a pack" in page
    assert "the examiner was killed" in operator
    assert "the examiner was killed" not in staff


def test_nothing_is_said_once_the_retry_has_a_score(faulty):
    visitor = faulty.visit("ta")
    assert visitor.post(f"{faulty.attempt}/rerun").status_code == 303
    with writing(faulty.engine) as session:
        assert session.query(Grading).filter(Grading.retry_at.is_not(None)).count() == 0
    faulty.grade(row("test_loss"), row("test_gradient"))

    for address in (f"{faulty.page}/class", faulty.base, faulty.attempt):
        assert "ended by a fault" not in flat(visitor.get(address))
    assert "all parts answer" in flat(visitor.get("/status"))
