"""A course's settings, its archiving, a new course, and the first steps of an empty installation."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grader.database import courses, reading, set_up, users
from grader.database.models import Audit, CourseRole
from tests.web.world import PASSWORD, make_site, row
from web.services import set_up as set_up_service

GOOD = {
    "title": "Deep Nets",
    "term": "Autumn 2027",
    "zone": "Asia/Tokyo",
    "grace_days": "3",
    "late_percent": "12,5",
}


@pytest.fixture
def elena(world):
    return world.visit("instructor")


def course_of(world):
    with reading(world.engine) as session:
        return courses.by_slug(session, world.course.slug)


def test_every_setting_is_changed_and_noted_with_before_and_after(world, elena):
    assert elena.post(f"{world.base}/settings", GOOD).status_code == 303

    course = course_of(world)
    assert (course.title, course.term, course.zone) == ("Deep Nets", "Autumn 2027", "Asia/Tokyo")
    assert (course.grace_days, str(course.late_percent)) == (3, "12.5")
    with reading(world.engine) as session:
        entry = session.scalars(select(Audit).where(Audit.action == "course.changed")).one()
    assert entry.detail["zone"] == "Europe/Zurich -> Asia/Tokyo"
    assert "Asia/Tokyo" in elena.get(f"{world.base}/settings").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"title": ""}, "one line of 1 to 120"),
        ({"zone": "Mars/Olympus"}, "IANA name"),
        ({"grace_days": "-1"}, "from 0 to 100"),
        ({"late_percent": "101"}, "from 0 to 100"),
        ({"late_percent": "1e-9"}, "at most two decimals"),
        ({"late_percent": "NaN"}, "from 0 to 100"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_stored(world, elena, form, words):
    answer = elena.post(f"{world.base}/settings", {**GOOD, **form})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Autumn 2027"' in answer.text
    assert course_of(world).term == ""


def test_a_late_policy_that_changes_points_is_stored_only_after_they_were_seen(other_world):
    past = datetime.now(UTC) - timedelta(hours=30)
    world = other_world(due_at=past, closes_at=past + timedelta(days=9))
    world.grade(row("test_loss"))
    elena = world.visit("instructor")
    form = {"title": "NN", "term": "", "zone": "UTC", "grace_days": "0", "late_percent": "10"}

    asked = elena.post(f"{world.base}/settings", form)
    assert "Not stored yet" in asked.text
    assert "10 → 8 points" in re.sub(r"\s+", " ", asked.text)
    assert course_of(world).late_percent is None

    confirmed = re.search(r'name="confirmed" value="([^"]*)"', asked.text)[1]
    assert elena.post(f"{world.base}/settings", {**form, "confirmed": confirmed}).status_code == 303
    assert course_of(world).late_percent == 10


def test_every_page_of_an_archived_course_says_so_and_can_be_read(world, elena):
    elena.post(f"{world.base}/settings/archive")

    for path in (world.base, world.page, world.attempt, f"{world.base}/people", f"{world.base}/settings"):
        page = elena.get(path)
        assert page.status_code == 200
        assert "This course is archived since" in page.text


def test_a_restored_course_can_be_changed_again(world, elena):
    elena.post(f"{world.base}/settings/archive")
    assert (
        world.visit("alice").post(f"{world.page}/hand-in", {"paste": "x", "do": "again"}).status_code == 409
    )

    elena.post(f"{world.base}/settings/restore")

    assert (
        world.visit("charlie").post(f"{world.page}/hand-in", {"paste": "x = 1", "do": "hand-in"}).status_code
        == 303
    )


def test_an_operator_makes_a_course_and_teaches_it(world):
    operator = world.visit("operator")
    answer = operator.post("/new-course", {**GOOD, "slug": "deep"})

    assert answer.location == "/courses/deep"
    with reading(world.engine) as session:
        course = courses.by_slug(session, "deep")
        assert courses.enrolment_of(session, course, world.people["operator"]).role is CourseRole.INSTRUCTOR
        assert course.grace_days == 3
    again = operator.post("/new-course", {**GOOD, "slug": "deep"})
    assert again.status_code == 422
    assert "exists already" in again.text


TOKEN = set_up.token_of("k" * 40)
FIRST = {
    "token": TOKEN,
    "name": "Olga",
    "email": "olga@x.org",
    "new_password": PASSWORD,
    "new_password_again": PASSWORD,
}


@pytest.fixture
def empty(world, empty_engine, backends):
    """A world whose installation has no user."""
    return replace(world, engine=empty_engine, app=make_site(empty_engine, backends))


def test_an_empty_installation_leads_to_its_first_steps(empty):
    visitor = empty.visit(None)

    assert visitor.get("/login").location == "/set-up"
    assert "The first user" in visitor.get("/set-up").text
    made = visitor.post("/set-up", FIRST)
    assert made.location == "/set-up"
    page = visitor.get("/").location
    assert page == "/set-up"
    steps = visitor.get(page).text
    assert "2. A course" in steps
    csrf = re.search(r'name="csrf" value="([^"]*)"', steps)[1]
    course = visitor.post("/new-course", {**GOOD, "slug": "deep", "steps": "yes", "csrf": csrf})
    assert course.location == "/set-up"
    assert "3. An assignment" in visitor.get("/set-up").text
    with reading(empty.engine) as session:
        assert users.by_email(session, "olga@x.org").operator


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "0", "é"])
def test_the_first_user_needs_the_token(empty, token):
    answer = empty.visit(None).post("/set-up", {**FIRST, "token": token})

    assert answer.status_code == 422
    assert "not the set-up token" in answer.text
    with reading(empty.engine) as session:
        assert set_up.is_empty(session)


def test_the_token_can_not_be_guessed_for_long(empty, monkeypatch):
    monkeypatch.setattr(set_up_service, "TRIES", replace(set_up_service.TRIES, limit=2))
    answers = [empty.visit(None).post("/set-up", {**FIRST, "token": "guess"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_the_token_has_no_use_once_there_is_a_user(empty):
    assert empty.visit(None).post("/set-up", FIRST).status_code == 303

    second = empty.visit(None).post("/set-up", {**FIRST, "email": "eve@x.org"})

    assert second.status_code == 404
    assert empty.visit(None).get("/set-up").status_code == 404
    with reading(empty.engine) as session:
        assert users.by_email(session, "eve@x.org") is None
