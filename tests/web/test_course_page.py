"""The page of a course: for a student what comes next, for staff the numbers of each assignment."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from grader.database import courses, submissions, users, writing
from grader.database.course_overview import median
from grader.database.models import Course, CourseRole, RegradeRequest
from grader.values import Verdict
from tests.web.test_diagnosis import SLOPE
from tests.web.world import row, text_row
from web.services import marks_so_far
from web.services.marks_so_far import MarkPart, total

FAILED = Verdict.FAILED


def flat(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))


def numbers(page):
    """Label -> text of the first row of the staff's table."""
    first = re.search(r"<tbody>\s*<tr>(.*?)</tr>", page.text, re.S)[1]
    cells = re.findall(r'<td data-l="([^"]+)"[^>]*>(.*?)</td>', first, re.S)
    return {label: re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", cell)).strip() for label, cell in cells}


def test_it_says_what_to_do_next_with_the_cause_that_costs_most(world):
    world.grade(row("test_loss", FAILED, points="5"), row("test_gradient", FAILED, diagnosis=SLOPE))

    page = world.visit("alice").get(world.base)

    assert "2 tests lost points, from 2 causes; the one that costs most:" in flat(page)
    assert "is left out." in flat(page)
    assert f'href="{world.attempt}"' in page.text


def test_it_says_that_nothing_was_handed_in_yet(world):
    assert "You have not handed in yet." in flat(world.visit("charlie").get(world.base))


def test_it_says_that_an_attempt_is_being_graded(world):
    assert "Your latest attempt is being graded." in flat(world.visit("alice").get(world.base))


def test_it_shows_the_grace_days_that_are_left(world):
    with writing(world.engine) as session:
        course = session.get_one(Course, world.course.id)
        course.grace_days, course.late_percent = 3, Decimal(10)

    assert "3 of 3 grace days left" in flat(world.visit("alice").get(world.base))
    assert "grace" not in flat(world.visit("ta").get(world.base))


def test_the_marks_so_far_are_left_out_without_categories_and_shown_with_them(world, monkeypatch):
    assert "Marks so far" not in world.visit("alice").get(world.base).text
    parts = (MarkPart("Homework", Decimal(30), Decimal(80)), MarkPart("Exam", Decimal(70), None))
    monkeypatch.setattr(marks_so_far, "of_student", lambda *args: parts)

    page = flat(world.visit("alice").get(world.base))

    assert "80.0 of 100, over the 30 % that has marks" in page
    assert "Exam 70 % none yet" in page


def test_a_total_is_weighted_by_what_is_marked():
    parts = (MarkPart("a", Decimal(30), Decimal(80)), MarkPart("b", Decimal(10), Decimal(40)))

    assert total((*parts, MarkPart("c", Decimal(60), None))) == (Decimal(70), Decimal(40))
    assert total(()) is None


def test_staff_read_how_many_submitted_and_what_waits_for_them(world):
    world.grade(row("test_loss"), row("test_gradient", FAILED), text_row("why"))
    with writing(world.engine) as session:
        assignment = session.merge(world.assignment)
        session.add(
            RegradeRequest(
                assignment_id=assignment.id,
                submission_id=world.submission.id,
                by_id=world.people["alice"].id,
                changed_at=datetime.now(UTC),
            )
        )

    shown = numbers(world.visit("ta").get(world.base))

    assert shown["submitted"] == "2 students have submitted of 3"
    assert shown["median"] == "10 is the median"
    assert shown["marks due"].startswith("2 ")
    assert shown["requests"].startswith("1 ")
    assert shown["late"] == shown["not yet"] == "0"


@pytest.mark.parametrize("name", ["ta", "alice"])
def test_it_takes_as_many_queries_for_thirty_students_as_for_three(world, engine, name):
    def queries():
        seen = []
        event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        assert world.visit(name).get(world.base).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    queries()
    before = queries()
    with writing(world.engine) as session:
        course, assignment = session.merge(world.course), session.merge(world.assignment)
        for number in range(30):
            user = users.create(session, f"s{number}@example.org", f"S {number}", "no hash")
            session.flush()
            courses.enrol(session, course, user, CourseRole.STUDENT)
            submissions.submit(session, assignment, user, [("squared.py", b"x")], datetime.now(UTC))

    assert queries() == before


@given(st.lists(st.tuples(st.decimals(0, 100, places=2), st.integers(1, 4)), min_size=1, max_size=9))
def test_the_median_of_counted_values_is_that_of_all_of_them(counted):
    every = sorted(value for value, count in counted for _ in range(count))

    assert median(counted) == (every[(len(every) - 1) // 2] + every[len(every) // 2]) / 2
