"""Somebody who moves into a section with later dates is counted again, also by a list."""

from datetime import timedelta

import pytest

from grader.database import people, roster, writing
from grader.database.models import CourseRole, Extension, GradeSummary
from grader.database.roster import Row
from tests.helpers.factories import NOON, grade, make_assignment, make_course, make_submission, make_user, row


@pytest.fixture
def late(engine):
    """(course, boss, alice's enrolment, her team's id): she was a day late, section B may be."""
    with writing(engine) as session:
        course = make_course(session)
        course.late_percent = None
        boss = make_user(session, "boss", course, CourseRole.INSTRUCTOR)
        alice = make_user(session, "alice", course)
        assignment = make_assignment(session, course, late_until=NOON + timedelta(days=20))
        session.flush()
        session.add(Extension(course_id=course.id, section="B", hours=48, by_id=boss.id))
        submission = make_submission(session, assignment, alice, at=NOON + timedelta(days=7, hours=5))
        grade(session, row("test_a"))
        enrolment = people.by_user_id(session, course, alice.id)
    return course, boss, enrolment, submission.team_id


def late_days(engine, late):
    with writing(engine) as session:
        return [row.late_days for row in session.query(GradeSummary).filter_by(team_id=late[3])]


def test_a_change_of_the_section_moves_the_due_date(engine, late):
    _, boss, enrolment, _ = late
    assert late_days(engine, late) == [1]
    for section, days in (("B", 0), ("A", 1)):
        with writing(engine) as session:
            people.change(session, session.merge(enrolment), CourseRole.STUDENT, section, by=boss)
        assert late_days(engine, late) == [days]


def test_a_list_that_changes_the_section_does_too(engine, late):
    course, boss, enrolment, _ = late
    with writing(engine) as session:
        email = session.merge(enrolment).user.email
        plan = roster.plan(session, course, [Row(2, email, "", "B")], by=boss)
        roster.apply(session, course, plan, NOON, remove=False, by=boss)
    assert late_days(engine, late) == [0]


def test_a_section_without_an_extension_costs_one_query(engine, late):
    with writing(engine) as session:
        session.query(Extension).delete()
    _, boss, enrolment, _ = late
    with writing(engine) as session:
        people.change(session, session.merge(enrolment), CourseRole.STUDENT, "B", by=boss)
    assert late_days(engine, late) == [1]
