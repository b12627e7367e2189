"""Links into a course: made, withdrawn, used by people with an account and without one."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from grader.database import courses, invites, reading, users, writing
from grader.database.errors import StoreError
from grader.database.models import CourseRole, Invite, User
from tests.web.world import PASSWORD

NOW = datetime.now(UTC)
ACCOUNT = {
    "name": "Zoë Quist",
    "email": "zoe@x.org",
    "new_password": PASSWORD,
    "new_password_again": PASSWORD,
}


@pytest.fixture
def elena(world):
    return world.visit("instructor")


def make(world, elena, **form):
    """Make a link with the form; its path."""
    later = (NOW + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    made = elena.post(f"{world.base}/invites", {"role": "student", "expires": later, **form})
    assert made.status_code == 303, made.text
    return re.search(r"http://localhost(/join/[\w-]+)", elena.get(made.location).text)[1]


def role_of(world, email):
    with reading(world.engine) as session:
        user = users.by_email(session, email)
        row = courses.enrolment_of(session, world.course, user) if user else None
        return (row.role, row.section) if row else None


def test_somebody_new_makes_an_account_and_is_in_the_course_and_logged_in(world, elena):
    link = make(world, elena, section="B")
    visitor = world.visit(None)
    page = visitor.get(link).text
    answer = visitor.post(link, ACCOUNT)

    assert world.course.title in page
    assert "section B" in page
    assert answer.location == world.base
    assert visitor.get(world.base).status_code == 200
    assert role_of(world, "zoe@x.org") == (CourseRole.STUDENT, "B")


def test_somebody_with_an_account_joins_after_the_log_in(world, elena):
    link = make(world, elena, role="ta", uses="1")
    outsider = world.visit("outsider")

    assert f"/login?next={link}" in world.visit(None).get(link).text
    assert outsider.post(link).status_code == 303
    assert role_of(world, "outsider@example.org") == (CourseRole.TA, "")


def test_a_link_is_shown_once_and_is_not_in_the_database(world, elena):
    token = make(world, elena).removeprefix("/join/")

    assert token not in elena.get(f"{world.base}/invites").text
    with reading(world.engine) as session:
        assert session.query(Invite).one().token_hash != token


def test_a_link_can_be_used_as_often_as_it_says(world, elena):
    link = make(world, elena, uses="1")
    world.visit(None).post(link, ACCOUNT)

    assert world.visit(None).get(link).status_code == 404
    assert world.visit(None).post(link, {**ACCOUNT, "email": "b@x.org"}).status_code == 404
    assert "1 of 1" in elena.get(f"{world.base}/invites").text


def test_two_people_at_once_can_not_use_the_last_one(world, elena):
    link = make(world, elena, uses="1")
    with writing(world.engine) as session:
        invite = invites.current(session, link.removeprefix("/join/"), NOW)
        outsider, operator = (
            session.get_one(User, world.people[name].id) for name in ("outsider", "operator")
        )
        invites.join(session, invite, outsider, NOW)
        with pytest.raises(StoreError, match="can't be used any more"):
            invites.join(session, invite, operator, NOW)


def test_a_link_ends_when_it_is_withdrawn_or_expires(world, elena):
    link = make(world, elena)
    with reading(world.engine) as session:
        token = link.removeprefix("/join/")
        assert invites.current(session, token, NOW) is not None
        assert invites.current(session, token, NOW + timedelta(days=4)) is None

    elena.post(f"{world.base}/invites/1/withdraw")

    assert world.visit(None).get(link).status_code == 404
    assert "withdrawn" in elena.get(f"{world.base}/invites").text


def test_somebody_who_was_removed_does_not_come_back_with_a_link(world, elena):
    link = make(world, elena)
    elena.post(f"{world.base}/people/{world.people['charlie'].id}/remove")

    answer = world.visit("charlie").post(link)

    assert answer.status_code == 409
    assert "You were removed" in answer.text
    assert role_of(world, "charlie@example.org") is None


def test_a_link_lowers_nobodys_role(world, elena):
    link = make(world, elena)
    world.visit("ta").post(link)

    assert role_of(world, "ta@example.org") == (CourseRole.TA, "")


def test_an_address_that_has_an_account_can_not_be_taken_over(world, elena):
    link = make(world, elena)
    answer = world.visit(None).post(link, {**ACCOUNT, "email": "Alice@Example.org"})

    assert answer.status_code == 422
    assert "log in with it" in answer.text
    assert 'value="Zoë Quist"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "zoe"}, "is not an e-mail address"),
        ({"name": ""}, "The name must be one line"),
        ({"new_password": "short", "new_password_again": "short"}, "10 to 1024 are allowed"),
        ({"new_password_again": "another one"}, "The two passwords differ"),
    ],
)
def test_a_wrong_field_of_a_new_account_is_named(world, elena, form, words):
    answer = world.visit(None).post(make(world, elena), {**ACCOUNT, **form})

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"role": "ta"}, "needs a number of uses"),
        ({"role": "instructor", "uses": "21"}, "at most 20"),
        ({"uses": "0"}, "from 1 to 5000"),
        ({"expires": "2001-01-01"}, "expired already"),
        ({"expires": "2099-01-01"}, "a year at most"),
        ({"expires": "soon"}, "A date and a time"),
    ],
)
def test_a_link_that_is_too_wide_is_refused(world, elena, form, words):
    later = (NOW + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = elena.post(f"{world.base}/invites", {"role": "student", "expires": later, **form})

    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_joins_an_archived_course(world, elena):
    link = make(world, elena)
    elena.post(f"{world.base}/settings/archive")

    assert world.visit(None).get(link).status_code == 404
    assert world.visit("outsider").post(link).status_code == 404
