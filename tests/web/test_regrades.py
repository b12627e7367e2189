"""An instructor grades submissions again with another version of the pack, and applies or discards it."""

import re

import pytest

from grader.database import claims, packs, reading, results, writing
from grader.database.models import Assignment
from grader.values import Verdict
from tests.web.world import make_report, new_version, row


@pytest.fixture
def second(world, engine):
    """The second version of the assignment's pack, published; alice's attempt is graded with the first."""
    world.grade(row("test_gradient"), row("test_loss", Verdict.FAILED))
    with writing(engine) as session:
        version = packs.ship(session, new_version(row="partial = true\n"))
        session.flush()
        return version


def begin(world, version, selection="counting"):
    data = {"version": version.public_id, "selection": selection}
    return world.visit("instructor").post(world.page + "/regrades", data)


def grade_all(world, *rows):
    with writing(world.engine) as session:
        while claim := claims.claim(session, claims.Claimant("w")):
            if claim.kind == "grading":
                assert results.finish_grading(session, claim, make_report(*rows))


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def version_now(world):
    with reading(world.engine) as session:
        return session.get_one(Assignment, world.assignment.id).pack_version_id


def test_the_class_page_says_that_a_newer_version_is_published(world, second):
    page = world.visit("instructor").get(world.page + "/class")

    assert "Version 2 of the pack is published; this assignment has version 1." in text_of(page)


def test_it_shows_old_and_new_points_and_changes_nothing_before_it_is_applied(world, second, backends):
    answer = begin(world, second)
    assert (answer.status_code, backends.notified) == (303, 1)
    grade_all(world, row("test_gradient"), row("test_loss"))
    instructor = world.visit("instructor")

    page = text_of(instructor.get(answer.location))
    assert "Alice, Bob 10 20 +10" in page
    assert re.search("test_loss .*partial", page)  # what differs between the versions
    assert "10 of 20" in text_of(world.visit("alice").get(world.attempt))

    instructor.post(answer.location + "/apply")
    assert version_now(world) == second.id
    assert "20 of 20" in text_of(world.visit("alice").get(world.attempt))


def test_who_hides_names_reads_its_preview_without_them(world, second):
    path, ta = begin(world, second).location, world.visit("ta")
    grade_all(world, row("test_gradient"), row("test_loss"))
    assert "Alice, Bob 10 20 +10" in text_of(ta.get(path))

    ta.post(world.page + "/marking/names")

    assert re.search("Student [A-Z2-7]{6} 10 20 [+]10", text_of(ta.get(path)))
    assert "Alice" not in ta.get(path).text


def test_a_discarded_one_leaves_version_and_points(world, second):
    path = begin(world, second).location
    grade_all(world, row("test_gradient"), row("test_loss"))

    world.visit("instructor").post(path + "/discard")

    assert version_now(world) == world.version.id
    assert "10 of 20" in text_of(world.visit("alice").get(world.attempt))
    assert "discarded" in text_of(world.visit("instructor").get(world.page + "/regrades"))


def test_a_student_page_does_not_wait_for_a_regrade(world, second):
    begin(world, second)

    assert "queued" not in text_of(world.visit("alice").get(world.attempt)).lower()


def test_it_can_be_stopped_and_goes_on(world, second):
    path = begin(world, second).location
    instructor = world.visit("instructor")

    instructor.post(path + "/stop")
    assert "Stopped" in text_of(instructor.get(path))
    instructor.post(path + "/resume")
    grade_all(world, row("test_gradient"), row("test_loss"))

    assert instructor.get(path + "/live").json["state"] == "ready"


def test_applying_too_early_says_why_and_changes_nothing(world, second):
    path = begin(world, second).location
    instructor = world.visit("instructor")

    instructor.post(path + "/apply")

    assert "This regrade is running" in text_of(instructor.get(path))
    assert version_now(world) == world.version.id


def test_what_came_in_meanwhile_is_graded_with_the_new_version_too(world, second, engine):
    path = begin(world, second).location
    grade_all(world, row("test_gradient"), row("test_loss"))
    data = {"paste": "x = 2", "do": "hand-in"}
    assert world.visit("charlie").post(world.page + "/hand-in", data).status_code == 303
    grade_all(world, row("test_gradient"), row("test_loss", Verdict.FAILED))

    answer = world.visit("instructor").post(path + "/apply")

    assert answer.location != path
    assert "attempts that count and were graded with the earlier version" in text_of(
        world.visit("instructor").get(answer.location)
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"selection": "some"}, "Choose which submissions"),
        ({"version": "none-such"}, "Choose a version"),
    ],
)
def test_it_refuses_what_the_form_does_not_offer(world, second, data, why):
    values = {"version": second.public_id, "selection": "counting", **data}

    answer = world.visit("instructor").post(world.page + "/regrades", values)

    assert answer.status_code == 422
    assert why in text_of(answer)


def test_two_versions_are_shown_side_by_side(world, second):
    path = f"{world.base}/packs/{world.version.public_id}/compare/{second.public_id}"

    page = text_of(world.visit("instructor").get(path))

    assert "The tests decide differently, so submissions have to run again." in page
    assert "The handout is the same." in page
