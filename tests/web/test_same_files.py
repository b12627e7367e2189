"""The same files handed in twice use one attempt: the page offers the earlier result, and lets one insist."""

import pytest

from grader.database import reading, submissions, writing
from grader.database.errors import SameFiles
from grader.database.models import Assignment, Submission
from grader.values import Cause, Verdict
from tests.web.test_submit import OTHER, attempts, send
from tests.web.world import SQUARED, row


@pytest.fixture
def graded(world):
    """The world, after alice's only attempt, with the files SQUARED, was graded."""
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED))
    return world


def test_a_second_click_leads_to_the_page_of_the_first(world, backends):
    visitor = world.visit("charlie")
    first = send(visitor, world)

    second = send(visitor, world)

    assert (second.status_code, second.location) == (303, first.location)
    assert "no attempt was used up" in visitor.get(second.location).text
    assert backends.notified == 1
    assert len(attempts(world)) == 2  # alice's and the one of charlie


def test_once_it_is_graded_the_earlier_result_is_offered(graded):
    page = send(graded.visit("alice"), graded)

    assert page.status_code == 409
    assert "Handed in before" in page.text
    assert f'href="{graded.attempt}"' in page.text
    assert "attempt 1, " in page.text
    assert "This did not cost an attempt" in page.text
    assert len(attempts(graded)) == 1


def test_a_team_mate_is_offered_it_too_but_another_student_is_not(graded):
    assert send(graded.visit("bob"), graded).status_code == 409
    assert send(graded.visit("charlie"), graded).status_code == 303


def test_one_may_insist_once_but_a_second_click_on_that_button_is_one_attempt(graded):
    visitor = graded.visit("alice")
    assert 'value="again"' in send(visitor, graded).text

    first, second = (send(visitor, graded, do="again") for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location != graded.attempt
    assert len(attempts(graded)) == 2


def test_after_a_fault_one_may_insist_and_the_first_attempt_stays_free(world):
    world.grade(row("test_loss", Verdict.INTERNAL, cause=Cause.SYSTEM))
    visitor = world.visit("alice")
    assert send(visitor, world).status_code == 409

    assert send(visitor, world, do="again").status_code == 303

    assert [attempt.given_back for attempt in attempts(world)] == [True, False]


def test_the_last_attempt_handed_in_again_is_offered_not_refused(other_world):
    world = other_world(attempts=1)
    world.grade(row("test_loss"))

    page = send(world.visit("alice"), world)

    assert "Handed in before" in page.text
    assert "attempts are used" in send(world.visit("alice"), world, do="again").text


@pytest.mark.parametrize("data", [OTHER, SQUARED + b"\n", SQUARED.replace(b"\n", b"\r\n")])
def test_files_that_differ_in_a_byte_are_another_attempt(graded, data):
    assert send(graded.visit("alice"), graded, data).status_code == 303


def test_staff_may_hand_in_the_same_files_as_often_as_they_like(world):
    visitor = world.visit("ta")

    assert [send(visitor, world).status_code for _ in range(2)] == [303, 303]
    assert len(attempts(world)) == 3


def test_the_files_are_compared_by_name_and_content_whatever_their_order(world):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        charlie = session.merge(world.people["charlie"])
        files = [("a.py", b"1"), ("b.py", b"2")]
        submissions.submit(session, assignment, charlie, files, assignment.opens_at)
        session.flush()
        with pytest.raises(SameFiles):
            submissions.refuse_same(session, assignment, charlie, files[::-1])
        submissions.refuse_same(session, assignment, charlie, [("a.py", b"2"), ("b.py", b"1")])
        submissions.refuse_same(session, assignment, charlie, files[:1])
    with reading(world.engine) as session:
        assert session.query(Submission).count() == 2
