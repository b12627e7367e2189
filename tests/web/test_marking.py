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


def kept(world):
    with reading(world.engine) as session:
        return session.query(Mark).count()


def test_a_student_reads_that_a_text_waits_and_the_score_is_provisional(waiting):
    seen = page(waiting)

    assert "awaits marking" in seen
    assert "provisional" in seen
    assert "10 <small>of 20 points" in seen
    assert "10 await marking" in seen
    assert "0 lost" in seen
    assert "Keep mark" not in seen


def test_staff_read_the_text_beside_the_form(waiting):
    seen = page(waiting, "ta")

    assert "Half-spaces are convex, so &lt;b&gt;the midpoint&lt;/b&gt;" in seen
    assert 'name="points"' in seen
    assert "Keep mark" in seen


def test_a_text_waits_already_while_the_other_tests_run(world):
    world.run(row("test_loss", points="4"), text_row(TEXT))

    found = world.visit("alice").get(world.attempt + "/live").json

    assert found["figures"]["tally"].startswith("1 passed, 0 not passed, ")
    assert found["figures"]["earned"] == "4"


def test_a_mark_shows_with_its_comment(waiting):
    answer = mark(waiting)
    seen = page(waiting)

    assert answer.headers["Location"].endswith("#t-test_why")
    assert "17.5 <small>of 20 points" in seen
    assert "Say why it lies in both." in seen
    assert "2.5 lost" in seen
    assert "provisional" not in seen
    assert "Marked by <bdi>" not in seen


def test_staff_see_who_marked_it_and_may_mark_it_again(waiting):
    mark(waiting)
    mark(waiting, "instructor", points="10", comment="")

    assert "Marked by <bdi>Instructor" in page(waiting, "ta")
    assert "20 <small>of 20 points" in page(waiting)
    assert kept(waiting) == 1


@pytest.mark.parametrize("points", ["", "11", "-1", "1e1", "7.555", "many", "NaN"])
def test_points_that_can_not_be_kept_come_back_with_what_was_typed(waiting, points):
    answer = mark(waiting, points=points)

    assert answer.status_code == 422
    assert "Say why it lies in both.</textarea>" in answer.text
    assert "This mark is not kept" in answer.text
    assert kept(waiting) == 0


def test_a_comma_is_taken_for_a_dot(waiting):
    mark(waiting, points="7,5")

    assert "17.5 <small>of 20 points" in page(waiting)


def test_a_text_that_is_another_one_by_now_is_not_marked(waiting):
    answer = mark(waiting, text=digest_of("Something else."))

    assert answer.status_code == 422
    assert "read it again" in answer.text


def test_a_test_that_no_person_marks_can_not_be_marked(waiting):
    answer = waiting.visit("ta").post(waiting.attempt + "/marks/test_loss", {"points": "1"})

    assert answer.status_code == 404


def test_a_mark_changes_standing_and_audit_together(waiting):
    mark(waiting)

    with reading(waiting.engine) as session:
        assert session.query(GradeSummary).one().points == 17.5
        entry = session.query(Audit).filter_by(action="text.marked").one()
        assert (entry.actor_id, entry.detail["points"]) == (waiting.people["ta"].id, "7.5")


def test_without_the_token_of_the_page_nothing_is_marked(waiting):
    visitor = waiting.visit("ta")

    answer = visitor.client.post(waiting.attempt + "/marks/test_why", data={"points": "1"})

    assert answer.status_code == 400
    assert kept(waiting) == 0


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


def test_the_class_says_how_many_wait_and_finds_them(waiting):
    staff = waiting.visit("ta")
    path = waiting.page + "/class"

    before, found = staff.get(path).text, staff.get(path, query_string={"state": "marking"}).text
    mark(waiting)
    after = staff.get(path, query_string={"state": "marking"}).text

    assert "1 attempt</a> that counts has a text that awaits a mark" in before
    assert "<bdi>Alice" in found
    assert "awaits a mark" not in after
    assert "No submission matches the filter" in after


def test_the_course_and_the_assignment_say_what_waits(waiting):
    alice = waiting.visit("alice")

    assert "10 await marking" in alice.get(waiting.base).text
    assert "v-marking" in alice.get(waiting.page).text


def test_a_text_that_was_not_written_costs_its_points_at_once(world):
    missing = replace(row("test_why", Verdict.FAILED, message="No answer yet."), by_hand=True)
    world.grade(row("test_loss"), missing)

    assert "provisional" not in page(world)
    assert "Keep mark" not in page(world, "ta")
