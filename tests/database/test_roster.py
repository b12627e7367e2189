"""The people of a course are made equal to a list, all at once, with few statements."""

import pytest
from sqlalchemy import event, select

from grader.database import courses, people, roster, writing
from grader.database.models import Audit, CourseRole, Enrolment, TeamMember, User
from grader.database.roster import Row
from tests.helpers.factories import NOON, make_course, make_user


@pytest.fixture
def course(engine):
    with writing(engine) as session:
        course = make_course(session)
        boss = make_user(session, "boss", course, CourseRole.INSTRUCTOR)
        for name in ("alice", "bob"):
            user = make_user(session, name, course)
            user.email = f"{name}@x.org"
        boss.email = "boss@x.org"
    return course


def boss_of(session):
    return session.scalars(select(User).where(User.email == "boss@x.org")).one()


def apply(engine, course, *rows, remove=False):
    with writing(engine) as session:
        boss = boss_of(session)
        plan = roster.plan(session, course, rows, by=boss)
        roster.apply(session, course, plan, NOON, remove=remove, by=boss)
    return plan


def names(engine, course):
    with writing(engine) as session:
        return [(row.user.email[0], row.role, row.section) for row in people.everybody(session, course)]


def test_people_are_added_changed_and_left_as_they_are(engine, course):
    plan = apply(
        engine,
        course,
        Row(2, "alice@x.org", "", "B"),
        Row(3, "zoe@x.org", "Zoë", "A"),
        Row(4, "bob@x.org", "", ""),
    )

    assert [entry.email for entry in plan.adds] == ["zoe@x.org"]
    assert plan.changes[0].changes == ("section: none → B",)
    assert (plan.same, plan.removals) == (1, ())
    assert names(engine, course) == [
        ("a", CourseRole.STUDENT, "B"),
        ("b", CourseRole.STUDENT, ""),
        ("b", CourseRole.INSTRUCTOR, ""),
        ("z", CourseRole.STUDENT, "A"),
    ]


def test_a_new_person_has_a_team_of_one_and_no_password(engine, course):
    apply(engine, course, Row(2, "zoe@x.org", "Zoë"))
    with writing(engine) as session:
        zoe = session.scalars(select(User).where(User.email == "zoe@x.org")).one()
        assert zoe.password_hash == people.NO_PASSWORD
        assert courses.team_of(session, course, zoe).name == "Zoë"
        assert len(session.scalars(select(TeamMember).where(TeamMember.user_id == zoe.id)).all()) == 1


def test_nobody_is_removed_unless_it_is_asked_for(engine, course):
    plan = apply(engine, course, Row(2, "alice@x.org", ""))
    assert [entry.email for entry in plan.removals] == ["bob@x.org"]
    assert len(names(engine, course)) == 3

    apply(engine, course, Row(2, "alice@x.org", ""), remove=True)
    assert [name for name, _, _ in names(engine, course)] == ["a", "b"]
    assert apply(engine, course, Row(2, "bob@x.org", "")).changes[0].changes == ("is back in the course",)


def test_a_list_without_roles_removes_no_staff_and_one_with_roles_never_the_reader(engine, course):
    with writing(engine) as session:
        ta = make_user(session, "ta", course, CourseRole.TA)
        email = ta.email
    without = apply(engine, course, Row(2, "alice@x.org", ""))
    with_roles = apply(engine, course, Row(2, "alice@x.org", "", None, CourseRole.STUDENT))

    assert [entry.email for entry in without.removals] == ["bob@x.org"]
    assert [entry.email for entry in with_roles.removals] == ["bob@x.org", email]


def test_a_list_that_takes_the_readers_role_away_is_refused(engine, course):
    with writing(engine) as session:
        row = Row(7, "boss@x.org", "", None, CourseRole.TA)
        plan = roster.plan(session, course, [row], by=boss_of(session))
    assert plan.faults == ("Line 7: this is you, and you can't change your own role.",)


def test_a_new_person_needs_a_name(engine, course):
    with writing(engine) as session:
        plan = roster.plan(session, course, [Row(3, "new@x.org", "")], by=boss_of(session))
    assert plan.faults == ("Line 3: new@x.org has no account yet, so a name is needed.",)


def test_a_name_changes_only_while_its_account_has_no_password(engine, course):
    apply(engine, course, Row(2, "zoe@x.org", "Zoe"))
    plan = apply(engine, course, Row(2, "zoe@x.org", "Zoë Q"), Row(3, "alice@x.org", "Mallory"))
    assert [entry.changes for entry in plan.changes] == [("name: Zoe → Zoë Q",)]
    with writing(engine) as session:
        assert {user.name for user in session.scalars(select(User))} == {"boss", "alice", "bob", "Zoë Q"}


def test_the_plan_has_another_digest_if_anything_differs(engine, course):
    with writing(engine) as session:
        boss = boss_of(session)
        rows = [Row(2, "zoe@x.org", "Zoë")]
        before = roster.plan(session, course, rows, by=boss).digest
        assert roster.plan(session, course, rows, by=boss).digest == before
        courses.enrol(session, course, make_user(session, "late"), CourseRole.STUDENT)
        assert roster.plan(session, course, rows, by=boss).digest != before


def statements(engine, course, rows, *, remove=False):
    """How many statements the list takes; those that insert many rows at once count once a thousand."""
    seen = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    apply(engine, course, *rows, remove=remove)
    return len(seen)


def test_two_thousand_people_take_as_many_statements_as_twenty(engine, course):
    few = statements(engine, course, [Row(n, f"few{n}@x.org", f"F {n}") for n in range(20)])
    many = [Row(n, f"many{n}@x.org", f"M {n}", "A") for n in range(2000)]
    adding = statements(engine, course, many)
    removing = statements(engine, course, many[:10], remove=True)

    assert adding < few + 40
    assert removing < few + 40
    with writing(engine) as session:
        here = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.left_at.is_(None))
        assert len(session.scalars(here).all()) == 11


def test_every_change_is_in_the_audit_trail(engine, course):
    apply(engine, course, Row(2, "zoe@x.org", "Zoë"), Row(3, "alice@x.org", "", "B"), remove=True)
    with writing(engine) as session:
        entries = session.scalars(select(Audit).where(Audit.course_id == course.id).order_by(Audit.id)).all()
        by = {entry.action: entry.detail for entry in entries if entry.actor_id is not None}
    assert by["course.enrolled"]["after"] == "student"
    assert by["person.changed"]["changes"] == ["section: none → B"]
    assert by["person.removed"]["before"] == "student"
    assert by["course.roster"] == {"added": 1, "changed": 1, "removed": 1}
