"""Regrade requests on the pages: a student asks, staff answer, also with points."""

import pytest
from sqlalchemy import select

from grader.database import reading, writing
from grader.database.models import Course, RegradeRequest, RequestState
from grader.database.models.base import utc_now
from grader.values import Verdict
from tests.web.world import row

WORDS = "My loss is <em>right</em>, I think."


@pytest.fixture
def graded(world):
    world.grade(row("test_loss", Verdict.FAILED), row("test_other", hidden=True))
    return world


def ask(world, name="alice", **data):
    return world.visit(name).post(
        world.attempt + "/requests", {"test": "test_loss", "text": WORDS, "file": "squared.py", **data}
    )


def state(world):
    with reading(world.engine) as session:
        return session.scalars(select(RegradeRequest)).one().state


def test_a_request_is_a_thread_that_the_team_and_the_staff_read(graded):
    path = ask(graded, line="2").headers["Location"]

    for name in ("alice", "bob", "ta"):
        text = graded.visit(name).get(path).text
        assert "My loss is &lt;em&gt;right&lt;/em&gt;" in text
        assert "return" in text
    assert "My loss is" in graded.visit("ta").get(graded.base + "/requests").text
    assert "My loss is" in graded.visit("bob").get(graded.base + "/requests").text
    assert "My loss is" not in graded.visit("charlie").get(graded.base + "/requests").text
    assert path in graded.visit("alice").get(graded.attempt).text


def test_a_second_one_about_the_row_is_refused_with_a_link_and_what_was_typed(graded):
    path = ask(graded).headers["Location"]
    answer = ask(graded, "bob", text="The same again.")

    assert answer.status_code == 422
    assert path in answer.text
    assert "The same again.</textarea>" in answer.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"test": "test_other"}, "not shown to you yet"),
        ({"test": "nothing"}, "not shown to you yet"),
        ({"line": "many"}, "whole number"),
        ({"line": "99"}, "no line 99"),
        ({"text": ""}, "request is empty"),
    ],
)
def test_a_refused_request_says_why(graded, typed, words):
    answer = ask(graded, **typed)

    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_can_be_asked_before_the_result(world):
    answer = ask(world, test="")

    assert answer.status_code == 422
    assert "is being graded" in answer.text


def test_an_answer_with_points_changes_them_and_the_message_is_the_reason(graded):
    path = ask(graded).headers["Location"]

    graded.visit("ta").post(path + "/reply", {"text": "You are right.", "points": "6"})

    assert state(graded) is RequestState.ANSWERED
    text = graded.visit("alice").get(graded.attempt).text
    assert "6 of 10, changed by <bdi>Ta</bdi>:" in " ".join(text.split())
    assert "You are right." in text


def test_an_answer_with_points_out_of_the_row_stores_nothing_and_keeps_the_text(graded):
    path = ask(graded).headers["Location"]

    answer = graded.visit("ta").post(path + "/reply", {"text": "You are right.", "points": "60"})

    assert answer.status_code == 422
    assert "You are right.</textarea>" in answer.text
    assert state(graded) is RequestState.OPEN


def test_a_student_can_not_give_points_with_a_reply(graded):
    path = ask(graded).headers["Location"]

    graded.visit("alice").post(path + "/reply", {"text": "And?", "points": "10"})

    assert "changed by" not in graded.visit("alice").get(graded.attempt).text


def test_it_is_closed_and_opened_again_by_both(graded):
    path = ask(graded).headers["Location"]

    graded.visit("ta").post(path + "/close")
    assert state(graded) is RequestState.CLOSED
    assert "No request matches" in graded.visit("ta").get(graded.base + "/requests?state=open").text
    graded.visit("bob").post(path + "/reopen")
    assert state(graded) is RequestState.OPEN


def test_an_archived_course_takes_no_requests_comments_and_points(graded):
    path = ask(graded).headers["Location"]
    with writing(graded.engine) as session:
        session.get_one(Course, graded.course.id).archived_at = utc_now()

    staff, review = graded.visit("ta"), graded.attempt + "/review"
    changes = (path + "/reply", path + "/close", review + "/comments", review + "/override")
    assert {staff.post(address, {"text": "x"}).status_code for address in changes} == {409}
    assert ask(graded, test="").status_code == 409
    assert "<textarea" not in staff.get(review).text + staff.get(path).text
