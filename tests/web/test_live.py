"""The JSON that updates a page, and what it shows to whom."""

import pytest

from grader.database import gradings, reading, submissions, writing
from grader.database.models import Assignment, ReleaseRule
from grader.values import Verdict
from tests.web.world import SQUARED, row

SECRET = "the hidden batch has 7 rows"


def hidden(verdict=Verdict.FAILED, **more):
    return row(
        "test_other_sizes", verdict, "3", hidden=True, message=SECRET, output=SECRET, traceback=SECRET, **more
    )


def news(world, name="alice"):
    return world.visit(name).get(world.attempt + "/live")


def test_it_says_the_place_in_the_queue(world):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        user = session.merge(world.people["charlie"])
        later = submissions.submit(
            session, assignment, user, [("squared.py", SQUARED)], world.submission.created_at
        )
        session.flush()
        path = f"/s/{later.public_id}/live"

    content = world.visit("charlie").get(path).json

    assert content["state"] == "queued"
    assert content["announce"] == "Waiting, place 2 of 2."
    assert content["figures"]["place"] == "2"


def test_it_shows_each_result_as_it_arrives(world):
    world.run(row("test_loss", points="4"))

    content = news(world).json

    assert content["state"] == "running"
    assert content["announce"] == "1 of 2 tests done."
    assert [(test["verdict"], test["points"]) for test in content["tests"]] == [
        ("passed", "4 / 4"),
        ("running", "2.5"),
        ("hidden", "3"),
    ]
    assert content["figures"]["tally"] == "1 passed, 0 not passed, 1 to run."


def test_it_answers_304_while_nothing_changed(world):
    visitor = world.visit("alice")
    tag = visitor.get(world.attempt + "/live").headers["ETag"]

    same = visitor.get(world.attempt + "/live", headers={"If-None-Match": tag})
    world.run(row("test_loss"))
    other = visitor.get(world.attempt + "/live", headers={"If-None-Match": tag})

    assert same.status_code == 304
    assert other.status_code == 200


def test_it_says_when_it_is_over(world):
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED), hidden())

    content = news(world).json

    assert content["state"] == "done"
    assert content["announce"] == "Graded: 10 of 20 points."


@pytest.mark.parametrize("path", ["", "/live", "/report.json"])
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED, Verdict.TIMEOUT])
def test_nothing_of_a_hidden_test_shows_before_release(world, path, verdict):
    world.grade(row("test_loss"), row("test_gradient"), hidden(verdict))
    text = world.visit("alice").get(world.attempt + path).text

    assert SECRET not in text
    assert "23 points" not in text
    assert verdict is Verdict.PASSED or f"v-{verdict}" not in text


def test_nothing_of_a_hidden_test_shows_while_it_runs(world):
    world.run(row("test_loss"), row("test_gradient"), hidden())

    page, live = world.visit("alice").get(world.attempt), news(world)

    assert SECRET not in page.text + live.text
    assert "v-failed" not in page.text
    assert live.json["tests"][2]["verdict"] == "hidden"
    assert live.json["tests"][2]["points"] == "3"


def test_staff_see_hidden_tests_while_they_run(world):
    world.run(row("test_loss"), row("test_gradient"), hidden())

    assert news(world, "ta").json["tests"][2]["verdict"] == "failed"


def test_a_report_shows_more_once_it_is_released(world):
    world.grade(row("test_loss"), hidden(title="Other sizes"))
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).release = ReleaseRule.AT_ONCE

    page = world.visit("alice").get(world.attempt)

    assert page.text.count(SECRET) == 1  # the message, but neither output nor traceback
    assert "of 13 points" in page.text


def test_an_npz_of_a_hidden_test_is_for_staff(world):
    world.grade(row("test_loss"), hidden(arguments=b"npz"))
    path = world.attempt + "/arguments/test_other_sizes.npz"

    assert world.visit("alice").get(path).status_code == 404
    assert world.visit("ta").get(path).data == b"npz"


def test_draw_keys_and_details_are_for_staff(world):
    world.grade(row("test_loss", Verdict.FAILED, detail="assert 1 == 2", key=0xABCDEF))

    student, staff = (world.visit(name).get(world.attempt).text for name in ("alice", "ta"))

    assert "assert 1 == 2" in staff
    assert "abcdef" in staff
    assert "assert 1 == 2" not in student
    assert "abcdef" not in student


def test_a_rerun_shows_the_run_and_then_the_new_report(world):
    world.grade(row("test_loss", Verdict.FAILED, message="first report"))
    world.visit("ta").post(world.attempt + "/rerun")
    waiting = world.visit("alice").get(world.attempt).text
    world.grade(row("test_loss", message="second report"))

    after = world.visit("alice").get(world.attempt).text

    assert "data-live" in waiting
    assert "second report" in after
    assert "first report" not in after


def test_asking_twice_for_a_rerun_runs_once(world, backends):
    world.grade(row("test_loss"))
    for _ in range(2):
        world.visit("ta").post(world.attempt + "/rerun")

    world.grade(row("test_loss"))

    with reading(world.engine) as session:
        assert sum(lane.waiting for lane in gradings.lanes(session)) == 0
