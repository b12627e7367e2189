"""The class page, which staff see."""

import pytest

from grader.database import submissions, writing
from grader.database.models import Assignment
from grader.values import Verdict
from tests.web.world import SQUARED, make_assignment, row


@pytest.fixture
def two(world):
    """alice's team lost points at one test; charlie passed all."""
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED))
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        charlie = session.merge(world.people["charlie"])
        submissions.submit(
            session, assignment, charlie, [("squared.py", SQUARED)], world.submission.created_at
        )
    world.grade(row("test_loss", points="4"), row("test_gradient", points="5.5"))
    return world


def table(world, **query):
    text = world.visit("ta").get(world.page + "/class/submissions", query_string=query).text
    return text[text.index('id="submissions"') :]


def test_it_counts_students_and_pass_rates(two):
    page = two.visit("ta").get(two.page + "/class").text

    assert ">3</a> <small>of 3" in " ".join(page.split())
    assert "67 %" in page or "50 %" in page
    assert 'aria-label="1 of 2 passed"' in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Alice", "Charlie"}),
        ({"q": "CHARL"}, {"Charlie"}),
        ({"q": "bob@example"}, {"Alice"}),
        ({"test": "test_gradient"}, {"Alice"}),
        ({"passed": "yes"}, {"Charlie"}),
        ({"passed": "no"}, {"Alice"}),
        ({"state": "waiting"}, set()),
        ({"page": "9"}, set()),
        ({"q": "nobody"}, set()),
    ],
)
def test_it_lists_the_submissions_that_match_the_filter(two, query, names):
    listed = table(two, **query)

    assert {name for name in ("Alice", "Charlie") if f"<bdi>{name}" in listed} == names


def test_the_form_keeps_the_filter_that_was_sent(two):
    page = table(two, q="charlie", passed="yes", all="1")

    assert 'value="charlie"' in page
    assert '<option value="yes" selected>' in page
    assert '<option value="1" selected>' in page


def test_a_class_without_submissions_says_so(engine, world):
    with writing(engine) as session:
        fresh = make_assignment(
            session, session.merge(world.course), session.merge(world.version), slug="fresh"
        )
        path = f"{world.base}/a/{fresh.slug}/class"

    page = world.visit("ta").get(path)

    assert "Nobody has handed in yet" in page.text
