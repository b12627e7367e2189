"""The history of a team's attempts, and two of them compared."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from grader.database import claims, results, submissions, writing
from grader.values import Verdict
from tests.web.test_diagnosis import SLOPE
from tests.web.world import SQUARED, error_of, make_report, row

FAILED = Verdict.FAILED


def flat(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))


def attempt(world, text, *rows):
    """Hand in this file as alice and grade it; returns the attempt's address."""
    with writing(world.engine) as session:
        files = [("squared.py", text)]
        made = submissions.submit(
            session, session.merge(world.assignment), world.people["alice"], files, datetime.now(UTC)
        )
        address = f"/s/{made.public_id}"
    grade(world, *rows)
    return address


def grade(world, *rows):
    with writing(world.engine) as session:
        claim = claims.claim(session, claims.Claimant("w"))
        assert results.finish_grading(session, claim, make_report(*rows))


def gradient(error, **more):
    verdict = Verdict.PASSED if error <= 1e-9 else FAILED
    numbers = (error_of("W̄₁ against the reference", error, 1e-9),)
    return row("test_gradient", verdict, numbers=numbers, **more)


@pytest.fixture
def two(world):
    """Two attempts: a gradient is wrong in the first and right in the second."""
    grade(world, row("test_loss"), gradient(0.73, diagnosis=SLOPE), row("test_other_sizes", hidden=True))
    world.second = attempt(
        world, SQUARED + b"# more\n", row("test_loss"), gradient(2e-16), row("test_other_sizes", hidden=True)
    )
    return world


def test_it_shows_every_attempt_with_what_was_found_and_which_counts(two):
    page = flat(two.visit("alice").get(two.attempt + "/attempts"))

    assert "2 attempts" in page
    assert "Attempt 2 counts: 20 of 20" in page
    assert "is left out. −10" in page
    assert page.index("Attempt 2") < page.index("Attempt 1")


def test_the_errors_of_a_gradient_stand_side_by_side(two):
    text = two.visit("alice").get(two.attempt + "/attempts").text

    table = re.search(r'<table class="errors.*?</table>', text, re.S)[0]
    assert re.findall(r'<td class="num mono[^"]*">([^<]*)</td>', table) == ["0.73", "2.0e−16"]
    assert "Errors: 0.73, 2.0e−16; threshold 1.0e−9." in table


def test_two_attempts_are_compared_by_lines_and_by_tests(two):
    text = two.visit("alice").get(two.second + "/compare/1").text

    assert re.findall(r'<tr class="add">.*?<td>([^<]*)</td></tr>', text, re.S) == ["# more"]
    assert "1 line added, 0 removed" in text
    changed = re.search(r'aria-labelledby="h-changed".*?</section>', text, re.S)[0]
    assert "Test test_gradient" in changed
    assert "Test test_loss" not in changed
    assert re.sub(r"\s+", " ", changed).count("0 → 10") == 1


def test_a_hidden_test_that_changed_is_not_named(world):
    grade(world, row("test_loss"), row("test_gradient"), row("test_other_sizes", FAILED, hidden=True))
    second = attempt(
        world, b"# x\n", row("test_loss"), row("test_gradient"), row("test_other_sizes", hidden=True)
    )

    assert "Test test_other_sizes" not in world.visit("alice").get(second + "/compare/1").text
    assert "Test test_other_sizes" in world.visit("ta").get(second + "/compare/1").text


def test_an_attempt_that_does_not_exist_is_not_found(two):
    assert two.visit("alice").get(two.second + "/compare/9").status_code == 404
    assert two.visit("charlie").get(two.second + "/compare/1").status_code == 404


def test_a_file_that_is_too_large_is_not_compared(two):
    large = attempt(two, b"x = 1\n" * 1_001, row("test_loss"), gradient(1.0))

    assert "too different or too large" in two.visit("alice").get(large + "/compare/1").text


def test_the_history_has_ten_attempts_a_page_and_takes_as_many_queries_for_ten_as_for_three(world, engine):
    grade(world, row("test_loss"), gradient(0.5))
    counted = []

    def queries():
        seen = []
        event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        page = world.visit("alice").get(world.attempt + "/attempts")
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(seen))
        return page.text

    for number in range(2):
        attempt(world, b"# %d\n" % number, row("test_loss"), gradient(0.5))
    queries()
    for number in range(2, 11):
        attempt(world, b"# %d\n" % number, row("test_loss"), gradient(0.5))
    text = queries()

    assert counted[0] == counted[1]
    assert text.count("<tr class") + text.count('<th scope="row" class="nowrap">') >= 10
    assert ">Attempt 12</a>" in text
    assert ">Attempt 2</a>" not in text
    assert "Page 1 of 2" in text
    assert ">Attempt 2</a>" in world.visit("alice").get(world.attempt + "/attempts?page=2").text


def test_a_closed_assignment_says_so_and_counts_no_attempts_left(other_world):
    now = datetime.now(UTC)
    world = other_world(attempts=1, opens_at=now - timedelta(days=9), due_at=now + timedelta(seconds=30))
    grade(world, row("test_loss"), row("test_gradient"))
    with writing(world.engine) as session:
        session.merge(world.assignment).due_at = now - timedelta(days=1)

    page = flat(world.visit("alice").get(world.page))

    assert "Closed since" in page
    assert "left" not in page
    assert "The assignment is closed." in page
