"""A course is copied after its new dates were seen."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from grader.database import assignments, courses, reading, writing
from grader.database.models import Course, CourseRole

FORM = {"slug": "nn-next", "title": "Next Networks", "term": "2027", "staff": "yes"}


@pytest.fixture
def elena(world):
    return world.visit("instructor")


def first_day(world, days):

    opens = world.assignment.opens_at.astimezone(ZoneInfo(world.course.zone))
    return (opens.date() + timedelta(days=days)).isoformat()


def count(world):
    with reading(world.engine) as session:
        return session.query(Course).count()


def test_the_new_dates_are_shown_and_nothing_is_made(world, elena):
    form = {**FORM, "first": first_day(world, 364)}
    page = elena.get(f"{world.base}/copy", query_string=form)

    assert "Every date moves by 364 days" in page.text
    assert "no whole number of weeks" not in page.text
    assert count(world) == 2


def test_other_days_of_the_week_are_pointed_out(world, elena):
    page = elena.get(f"{world.base}/copy", query_string={**FORM, "first": first_day(world, 365)})

    assert "no whole number of weeks" in page.text


def test_the_copy_is_made_with_the_dates_that_were_shown(world, elena):
    made = elena.post(f"{world.base}/copy", {**FORM, "first": first_day(world, 364)})

    assert made.location == "/courses/nn-next"
    assert elena.get("/courses/nn-next").status_code == 200
    assert world.visit("ta").get("/courses/nn-next").status_code == 200
    assert world.visit("alice").get("/courses/nn-next").status_code == 404
    with reading(world.engine) as session:
        new = courses.by_slug(session, "nn-next")
        (row,) = assignments.of_course(session, new)
        assert (row.due_at - world.assignment.due_at).days in (363, 364)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"slug": "Not One"}, "can&#39;t be a name in an address"),
        ({"slug": "other"}, "exists already"),
        ({"first": "soon"}, "A date from 2000 to 2100"),
        ({"title": ""}, "one line of 1 to 120"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(world, elena, form, words):
    answer = elena.post(f"{world.base}/copy", {**FORM, "first": first_day(world, 7), **form})

    assert answer.status_code == 422
    assert words in answer.text
    assert count(world) == 2


def test_an_archived_course_can_be_copied(world, elena):
    elena.post(f"{world.base}/settings/archive")

    assert elena.post(f"{world.base}/copy", {**FORM, "first": first_day(world, 7)}).status_code == 303


def test_a_course_without_assignments_has_no_dates_to_ask_for(world):
    with writing(world.engine) as session:
        empty = courses.create(session, "empty", "Empty")
        courses.enrol(session, empty, world.people["outsider"], CourseRole.INSTRUCTOR)
    outsider = world.visit("outsider")

    assert "first assignment opens" not in outsider.get("/courses/empty/copy").text
    assert outsider.post("/courses/empty/copy", FORM).status_code == 303
