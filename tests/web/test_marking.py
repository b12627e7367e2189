"""Texts that people mark: what staff do, and what students see of it."""

from dataclasses import replace

import pytest

from grader.database import reading, writing
from grader.database.hand_marks import digest_of
from grader.database.models import Assignment, Audit, GradeSummary, Mark, ReleaseRule
from grader.values import Verdict
from tests.web.world import row, text_row

TEXT = "Half-spaces are convex, so <b>the midpoint</b> lies in both."


@pytest.fixture
def waiting(world):
    world.grade(row("test_loss"), text_row(TEXT))
    return world


def mark(world, name="ta", **typed):
    data = {"text": digest_of(TEXT), "points": "7.5", "comment": "Say why it lies in both.", **typed}
    return world.visit(name).post(world.attempt + "/marks/test_why", data)


def page(world, name="alice"):
    return world.visit(name).get(world.attempt).text


def count_marks(world):
    with reading(world.engine) as session:
        return session.query(Mark).count()


def test_a_student_reads_that_a_text_awaits_marking_and_the_score_is_provisional(waiting):
    text = page(waiting)

    assert "awaits marking" in text
    assert "provisional" in text
    assert "10 <small>of 20 points" in text
    assert "10 await marking" in text
    assert "0 lost" in text
    assert "Keep mark" not in text


def test_staff_read_the_text_beside_the_form(waiting):
    text = page(waiting, "ta")

    assert "Half-spaces are convex, so &lt;b&gt;the midpoint&lt;/b&gt;" in text
    assert 'name="points"' in text
    assert "Keep mark" in text


def test_a_text_awaits_marking_while_the_other_tests_run(world):
    world.run(row("test_loss", points="4"), text_row(TEXT))

    content = world.visit("alice").get(world.attempt + "/live").json

    assert content["figures"]["tally"].startswith("1 passed, 0 not passed, ")
    assert content["figures"]["earned"] == "4"


def test_a_mark_shows_with_its_comment(waiting):
    answer = mark(waiting)
    text = page(waiting)

    assert answer.headers["Location"].endswith("#t-test_why")
    assert "17.5 <small>of 20 points" in text
    assert "Say why it lies in both." in text
    assert "2.5 lost" in text
    assert "provisional" not in text
    assert "Marked by <bdi>" not in text


def test_staff_see_who_marked_it_and_may_mark_it_again(waiting):
    mark(waiting)
    mark(waiting, "instructor", points="10", comment="")

    assert "Marked by <bdi>Instructor" in page(waiting, "ta")
    assert "20 <small>of 20 points" in page(waiting)
    assert count_marks(waiting) == 1


@pytest.mark.parametrize("points", ["", "11", "-1", "1e1", "7.555", "many", "NaN"])
def test_wrong_points_are_shown_again_with_what_was_typed(waiting, points):
    answer = mark(waiting, points=points)

    assert answer.status_code == 422
    assert "Say why it lies in both.</textarea>" in answer.text
    assert "This mark is not stored" in answer.text
    assert count_marks(waiting) == 0


def test_a_decimal_comma_is_accepted(waiting):
    mark(waiting, points="7,5")

    assert "17.5 <small>of 20 points" in page(waiting)


def test_a_text_that_has_changed_in_the_meantime_is_not_marked(waiting):
    answer = mark(waiting, text=digest_of("Something else."))

    assert answer.status_code == 422
    assert "read it again" in answer.text


def test_a_test_that_no_person_marks_can_not_be_marked(waiting):
    answer = waiting.visit("ta").post(waiting.attempt + "/marks/test_loss", {"points": "1"})

    assert answer.status_code == 404


def test_a_mark_changes_grade_summary_and_audit_together(waiting):
    mark(waiting)

    with reading(waiting.engine) as session:
        assert session.query(GradeSummary).one().points == 17.5
        entry = session.query(Audit).filter_by(action="text.marked").one()
        assert (entry.actor_id, entry.detail["points"]) == (waiting.people["ta"].id, "7.5")


def test_without_the_token_of_the_page_nothing_is_marked(waiting):
    visitor = waiting.visit("ta")

    answer = visitor.client.post(waiting.attempt + "/marks/test_why", data={"points": "1"})

    assert answer.status_code == 400
    assert count_marks(waiting) == 0


def test_the_mark_of_a_hidden_text_shows_after_release(world):
    world.grade(row("test_loss"), text_row(TEXT, hidden=True))
    mark(world)

    before = page(world) + world.visit("alice").get(world.attempt + "/report.json").text
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).release = ReleaseRule.AT_ONCE

    assert "Say why" not in before
    assert "17.5" not in before
    assert "Say why it lies in both." in page(world)


def test_the_report_for_download_holds_the_mark(waiting):
    mark(waiting)

    report = waiting.visit("alice").get(waiting.attempt + "/report.json").json

    assert (report["score"], report["awaiting"]) == ("17.5", "0")
    assert report["results"][1]["comment"] == "Say why it lies in both."


def test_the_class_counts_texts_that_await_marking_and_lists_them(waiting):
    staff = waiting.visit("ta")
    path = waiting.page + "/class/submissions"

    before, listed = (
        staff.get(waiting.page + "/class").text,
        staff.get(path, query_string={"state": "marking"}).text,
    )
    mark(waiting)
    after = staff.get(path, query_string={"state": "marking"}).text

    assert "1 attempt</a> that counts has a text that awaits a mark" in before
    assert "<bdi>Alice" in listed
    assert "awaits a mark" not in after
    assert "No submission matches the filter" in after


def test_the_course_and_the_assignment_show_points_that_await_marking(waiting):
    alice = waiting.visit("alice")

    assert "10 await marking" in alice.get(waiting.base).text
    assert "v-marking" in alice.get(waiting.page).text


def test_a_text_that_was_not_written_costs_its_points_at_once(world):
    missing = replace(row("test_why", Verdict.FAILED, message="No answer yet."), by_hand=True)
    world.grade(row("test_loss"), missing)

    assert "provisional" not in page(world)
    assert "Keep mark" not in page(world, "ta")
