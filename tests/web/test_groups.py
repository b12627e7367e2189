"""A group on the page of its assignment: invite, accept, hand in, state who did what."""

import re

import pytest

from grader.database import writing
from grader.database.models import Assignment
from tests.web.world import make_assignment


@pytest.fixture
def path(world, engine):
    """An assignment for groups of two."""
    with writing(engine) as session:
        assignment = make_assignment(
            session, session.merge(world.course), session.merge(world.version), slug="pairs"
        )
        assignment.group_size = 2
    return f"{world.base}/a/pairs"


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def act(world, name, path, what, **data):
    return world.visit(name).post(f"{path}/group", {"do": what, **data})


def pair(world, path):
    act(world, "bob", path, "invite", email="charlie@example.org")
    page = world.visit("charlie").get(path).text
    act(world, "charlie", path, "accept", id=re.search(r'name="id" value="(\d+)"', page)[1])


def test_an_invitation_is_seen_accepted_and_one_submission_is_of_both(world, path):
    act(world, "bob", path, "invite", email="Charlie@Example.org")
    charlie = world.visit("charlie")
    page = charlie.get(path)
    assert "Bob invites you into a group" in text_of(page)

    act(world, "charlie", path, "accept", id=re.search(r'name="id" value="(\d+)"', page.text)[1])
    answer = charlie.post(path + "/hand-in", {"paste": "x = 1", "do": "hand-in"})

    assert world.visit("bob").get(answer.location).status_code == 200
    assert world.visit("alice").get(answer.location).status_code == 404
    assert "the group stays as it is" in text_of(world.visit("bob").get(path))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"email": "nobody@example.org"}, "No student of this course has this address."),
        ({"email": "ta@example.org"}, "No student of this course has this address."),
        ({"email": "bob@example.org"}, "This is your own address"),
    ],
)
def test_a_refused_invitation_says_why(world, path, data, why):
    visitor = world.visit("bob")
    visitor.post(f"{path}/group", {"do": "invite", **data})

    assert why in text_of(visitor.get(path))


def test_staff_see_who_contributed_what(world, path):
    pair(world, path)
    act(world, "charlie", path, "state", contribution="<b>All</b> of it")

    page = world.visit("ta").get(f"{path}/groups").text

    assert "&lt;b&gt;All&lt;/b&gt; of it" in page
    assert "Charlie" in page


def test_a_page_without_groups_says_nothing_of_them(world):
    assert "Your group" not in world.visit("charlie").get(world.page).text


def test_a_group_that_was_formed_stays_where_groups_are_no_longer_allowed(world, path, engine):
    pair(world, path)
    with writing(engine) as session:
        session.query(Assignment).filter_by(slug="pairs").one().group_size = 1

    assert "Your group" in world.visit("charlie").get(path).text
