"""Users, web sessions, courses, roles, teams."""

from datetime import timedelta

import pytest

from grader.database import courses, logins, reading, users, writing
from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import CourseRole, TeamMember
from tests.helpers import audit_trail
from tests.helpers.factories import NOON, make_course, make_user

IDLE = timedelta(hours=2)
HASH = "a" * 64


def test_it_finds_a_user_in_lower_and_upper_case(engine):
    with writing(engine) as session:
        user = users.create(session, " Mira@Example.org", "Mira", "hash")
        assert users.by_email(session, "mira@EXAMPLE.org ") is user
        assert users.by_email(session, "mira") is None


def test_it_refuses_an_address_that_is_taken(engine):
    with writing(engine) as session:
        users.create(session, "a@b.c", "A", "hash")
        with pytest.raises(AlreadyThere, match=r"a@b\.c exists already"):
            users.create(session, "A@B.C", "B", "hash")


def test_no_password_is_in_the_audit_trail(engine):
    with writing(engine) as session:
        user = users.create(session, "a@b.c", "A", "secret-hash-1")
        users.set_password(session, user, "secret-hash-2", by=user)
        entries = audit_trail.entries(session, user)
        assert [entry.action for entry in entries] == ["user.created", "user.password_changed"]
        assert "secret-hash" not in str([entry.detail for entry in entries])


def test_it_finds_a_login_until_it_expires(engine):
    with writing(engine) as session:
        alice = make_user(session, "alice")
        logins.begin(session, alice, HASH, NOON, NOON + timedelta(hours=1))
        assert logins.current(session, HASH, NOON, IDLE).user is alice
        assert logins.current(session, HASH, NOON + timedelta(hours=1), IDLE) is None
        assert logins.current(session, "b" * 64, NOON, IDLE) is None


def test_a_login_that_is_not_used_ends_before_it_expires(engine):
    with writing(engine) as session:
        alice = make_user(session, "alice")
        logins.begin(session, alice, HASH, NOON, NOON + timedelta(hours=9))
        logins.seen(session, HASH, NOON + IDLE / 2)
        assert logins.current(session, HASH, NOON + IDLE, IDLE) is not None
        assert logins.current(session, HASH, NOON + 1.5 * IDLE, IDLE) is None


def test_it_ends_one_login_and_no_other(engine):
    with writing(engine) as session:
        alice = make_user(session, "alice")
        for token in ("a" * 64, "b" * 64):
            logins.begin(session, alice, token, NOON, NOON + timedelta(hours=1))
        logins.end(session, "a" * 64)
        assert logins.current(session, "a" * 64, NOON, IDLE) is None
        assert logins.current(session, "b" * 64, NOON, IDLE) is not None


def test_it_ends_every_login_when_the_password_changes(engine):
    with writing(engine) as session:
        alice = make_user(session, "alice")
        logins.begin(session, alice, HASH, NOON, NOON + timedelta(hours=1))
        users.set_password(session, alice, "new", by=alice)
        assert logins.current(session, HASH, NOON, IDLE) is None


def test_a_new_login_deletes_expired_ones(engine):
    with writing(engine) as session:
        alice = make_user(session, "alice")
        old = logins.begin(session, alice, "a" * 64, NOON, NOON + timedelta(hours=1))
        logins.begin(session, alice, "b" * 64, NOON + timedelta(days=1), NOON + timedelta(days=2))
        session.expire_all()
        assert session.query(type(old)).count() == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_it_refuses_an_unknown_zone(engine, zone):
    with writing(engine) as session, pytest.raises(StoreError, match="IANA"):
        courses.create(session, "nn", "NN", zone=zone)


def test_a_user_has_one_role_in_a_course_and_a_change_is_in_the_audit_trail(engine):
    with writing(engine) as session:
        course = make_course(session)
        alice = make_user(session, "alice", course)
        enrolment = courses.enrol(session, course, alice, CourseRole.TA, by=alice)
        assert courses.enrolment_of(session, course, alice).role is CourseRole.TA
        entries = audit_trail.entries(session, enrolment)
        assert [(e.detail["before"], e.detail["after"]) for e in entries] == [
            (None, "student"),
            ("student", "ta"),
        ]


def test_it_finds_the_courses_of_a_user(engine):
    with writing(engine) as session:
        course, other = make_course(session), make_course(session)
        alice = make_user(session, "alice", course)
        bob = make_user(session, "bob", other)
        assert [e.course for e in courses.of_user(session, alice)] == [course]
        assert courses.enrolment_of(session, course, bob) is None


def test_it_makes_a_team_of_one_and_prefers_a_team_with_others(engine):
    with writing(engine) as session:
        course = make_course(session)
        alice, bob = make_user(session, "alice", course), make_user(session, "bob", course)
        alone = courses.get_or_make_team(session, course, alice)
        assert courses.team_of(session, course, alice) is alone
        assert [user.name for user in courses.members(session, alone)] == ["alice"]
        assert not courses.is_member(session, alone.id, bob)

        pair = courses.Team(course_id=course.id, name="pair")
        session.add(pair)
        session.flush()
        session.add_all(TeamMember(team_id=pair.id, user_id=user.id) for user in (alice, bob))
        session.flush()
        assert courses.team_of(session, course, alice) is pair
        assert courses.get_or_make_team(session, course, alice) is pair
        assert courses.is_member(session, pair.id, bob)


def test_looking_for_a_team_never_makes_one(engine):
    with writing(engine) as session:
        course, stranger = make_course(session), make_user(session, "stranger")
    with reading(engine) as session:
        assert courses.team_of(session, course, stranger) is None
