"""The rubric's pages: a change that changes marks is stored only after its preview."""

import pytest

from grader.database import reading
from grader.database.hand_marks import digest_of
from grader.database.models import RubricItem
from tests.web.reviewed import make_review
from tests.web.world import row, text_row

TEXT = "Half-spaces are convex."


@pytest.fixture
def marked(world):
    """A text with a mark of 3 and an item of 2."""
    world.grade(row("test_gradient"), text_row(TEXT))
    make_review(world, TEXT)
    with reading(world.engine) as session:
        item = session.get_one(RubricItem, 1)
        assert item.points == 2
    staff = world.visit("ta")
    data = {"text": digest_of(TEXT), "points": "", "comment": "", "item": "1"}
    assert staff.post(world.attempt + "/review/marks/test_why", data).status_code == 303
    return world


def change(world, **data):
    return world.visit("ta").post(world.page + "/rubric/1", {"text": "names it", "points": "5", **data})


def points(world):
    with reading(world.engine) as session:
        return session.get_one(RubricItem, 1).points


def test_ticked_items_alone_make_a_mark(marked):
    assert "12 <small>of 20 points" in marked.visit("alice").get(marked.attempt).text
    assert "checked" in marked.visit("ta").get(marked.attempt).text


def test_a_change_that_changes_marks_says_first_how_many(marked):
    preview = change(marked)

    assert "This changes 1 mark: 1 would get more points, 0 fewer." in " ".join(preview.text.split())
    assert points(marked) == 2
    assert change(marked, changes="1").status_code == 303
    assert points(marked) == 5
    assert "15 <small>of 20 points" in marked.visit("alice").get(marked.attempt).text


def test_a_preview_that_is_out_of_date_is_shown_again(marked):
    assert "This changes 1 mark" in change(marked, changes="3").text
    assert points(marked) == 2


def test_another_text_alone_is_stored_at_once(marked):
    assert change(marked, points="2").status_code == 303


def test_a_refused_change_keeps_what_was_typed(marked):
    answer = change(marked, points="many", text="kept words")

    assert answer.status_code == 422
    assert 'value="kept words"' in answer.text
    assert 'value="many"' in answer.text


def test_a_deleted_item_is_restored(marked):
    staff = marked.visit("ta")

    staff.post(marked.page + "/rubric/1/delete")
    assert "10 <small>of 20 points" in marked.visit("alice").get(marked.attempt).text
    staff.post(marked.page + "/rubric/1/restore")
    assert "12 <small>of 20 points" in marked.visit("alice").get(marked.attempt).text
