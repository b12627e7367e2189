"""Every page can be shown, in each of its states."""

import pytest

from grader.values import Verdict
from tests.web.world import error_of, row

DONE = (
    row("test_loss", numbers=(error_of("loss", 1e-9),), output="step 1\n"),
    row("test_gradient", Verdict.FAILED, message="Relative error 0.7.", numbers=(error_of("W1", 0.7),)),
    row("test_other_sizes", hidden=True),
)


@pytest.mark.parametrize("name", ["alice", "ta", "instructor"])
def test_it_shows_course_assignment_and_submission(world, name):
    visitor = world.visit(name)

    pages = [visitor.get(path) for path in (world.base, world.page, world.attempt)]

    assert [page.status_code for page in pages] == [200, 200, 200]


def test_it_shows_a_running_submission(world):
    world.run(row("test_loss"))

    page = world.visit("alice").get(world.attempt)

    assert 'data-state="running"' in page.text
    assert "of 2 tests done" in page.text


def test_it_shows_a_graded_submission(world):
    world.grade(*DONE)

    page = world.visit("alice").get(world.attempt)

    assert "Relative error 0.7." in page.text
    assert "of 20 points" in page.text
    assert 'data-state="running"' not in page.text


def test_it_shows_a_stopped_submission_without_a_score(world):
    world.grade(row("test_loss", Verdict.INTERNAL), row("test_gradient"), failure="runner gone")

    page = world.visit("alice").get(world.attempt)

    assert "Our fault, not yours" in page.text
    assert "not yet" in page.text
    assert "runner gone" not in page.text


@pytest.mark.parametrize("name", ["ta", "instructor"])
def test_it_shows_the_class_to_staff(world, name):
    world.grade(*DONE)

    page = world.visit(name).get(world.page + "/class")
    listed = world.visit(name).get(world.page + "/class/submissions")

    assert (page.status_code, listed.status_code) == (200, 200)
    assert "Alice, Bob" in listed.text


def test_it_shows_packs_and_a_version_to_instructors(world):
    visitor = world.visit("instructor")

    listing = visitor.get(world.base + "/packs")
    versions = [
        visitor.get(f"{world.base}/packs/{version.public_id}") for version in (world.version, world.draft)
    ]

    assert listing.status_code == 200
    assert [page.status_code for page in versions] == [200, 200]
    assert "Make an assignment" in versions[0].text
    assert "Make an assignment" not in versions[1].text


@pytest.mark.parametrize("name", ["ta", "operator"])
def test_it_shows_the_status(world, name):
    page = world.visit(name).get("/status")

    assert page.status_code == 200
    assert "unprivileged" in page.text


def test_a_health_check_says_which_parts_answer(world, backends):
    backends.runner = False

    answer = world.visit(None).get("/health")

    assert answer.status_code == 200
    assert answer.json == {"database": True, "redis": True, "runner": False}
