"""Students form a group for an assignment; what one of them hands in counts for all."""

from datetime import timedelta

import pytest

from grader.database import courses, grade_summary, groups, submissions, writing
from grader.database.groups import BadGroup
from grader.database.models import Audit, CourseRole, GradeSummary
from tests.helpers.factories import NOON, grade, make_assignment, make_course, make_submission, make_user, row


@pytest.fixture
def session(engine):
    with writing(engine) as session:
        yield session


@pytest.fixture
def people(session):
    """Ann, Ben, Cleo and Dan, of one course."""
    course = make_course(session)
    return [make_user(session, name, course) for name in ("Ann", "Ben", "Cleo", "Dan")]


@pytest.fixture
def assignment(session, people):
    """An assignment for groups of up to three."""
    course = people[0].enrolments[0].course
    assignment = make_assignment(session, course)
    assignment.group_size = 3
    return assignment


def names(session, assignment, user):
    return [member.user.name for member in groups.of_user(session, assignment, user).members]


def join(session, assignment, ann, *others):
    for user in others:
        groups.invite(session, assignment, user, by=ann)
        groups.accept(
            session, assignment, groups.of_user(session, assignment, user).invitations[0].team_id, by=user
        )


def test_an_invited_student_joins_by_accepting(session, assignment, people):
    ann, ben, *_ = people
    groups.invite(session, assignment, ben, by=ann)
    assert names(session, assignment, ann) == ["Ann"]
    assert [offer.by for offer in groups.of_user(session, assignment, ben).invitations] == [ann]

    groups.accept(
        session, assignment, groups.of_user(session, assignment, ben).invitations[0].team_id, by=ben
    )

    assert names(session, assignment, ben) == ["Ann", "Ben"]
    assert groups.of_user(session, assignment, ben).invitations == ()


def test_one_submission_counts_for_all_of_the_group_and_only_on_this_assignment(session, assignment, people):
    ann, ben, *_ = people
    join(session, assignment, ann, ben)
    other = make_assignment(session, assignment.course)

    first = make_submission(session, assignment, ann)
    second = make_submission(session, assignment, ben, text=b"x = 2\n", at=NOON + timedelta(hours=1))
    alone = make_submission(session, other, ben)

    assert (first.team_id, second.number) == (second.team_id, 2)
    assert alone.team_id != first.team_id
    for _ in range(3):
        grade(session, row("a"))
    assert session.get_one(GradeSummary, (assignment.id, first.team_id)).attempts == 2
    assert submissions.attempts_used(session, assignment, courses.team_on(session, assignment, ann)) == 2


def test_the_class_list_has_both_with_the_points_of_the_group(session, assignment, people):
    ann, ben, *_ = people
    join(session, assignment, ann, ben)
    make_submission(session, assignment, ann)
    grade(session, row("a"))

    points = {
        student.user.name: student.summary and student.summary.points
        for student in grade_summary.class_list(session, assignment)
    }
    assert points == {"Ann": 10, "Ben": 10, "Cleo": None, "Dan": None}


def test_members_leave_until_the_first_submission(session, assignment, people):
    ann, ben, *_ = people
    join(session, assignment, ann, ben)
    groups.leave(session, assignment, by=ben)
    assert names(session, assignment, ann) == ["Ann"]
    assert groups.of_user(session, assignment, ben).team is None

    make_submission(session, assignment, ann)
    with pytest.raises(BadGroup, match="handed in"):
        groups.leave(session, assignment, by=ann)


def test_who_accepts_another_invitation_changes_the_group(session, assignment, people):
    ann, ben, cleo, _ = people
    join(session, assignment, ann, ben)

    join(session, assignment, cleo, ben)

    assert (names(session, assignment, ann), names(session, assignment, cleo)) == (["Ann"], ["Ben", "Cleo"])


def test_a_group_that_its_last_member_leaves_has_no_invitations_any_more(session, assignment, people):
    ann, ben, *_ = people
    groups.invite(session, assignment, ben, by=ann)

    groups.leave(session, assignment, by=ann)

    assert groups.of_user(session, assignment, ben).invitations == ()


def test_it_is_full_with_those_who_are_invited(session, assignment, people):
    ann, ben, cleo, dan = people
    groups.invite(session, assignment, ben, by=ann)
    groups.invite(session, assignment, cleo, by=ann)

    with pytest.raises(BadGroup, match="at most 3"):
        groups.invite(session, assignment, dan, by=ann)
    groups.withdraw(session, assignment, ben.id, by=ann)
    groups.invite(session, assignment, dan, by=ann)


def test_nobody_joins_after_a_submission_of_either_side(session, assignment, people):
    ann, ben, cleo, _ = people
    groups.invite(session, assignment, ben, by=ann)
    groups.invite(session, assignment, cleo, by=ann)
    offer = groups.of_user(session, assignment, ben).invitations[0].team_id
    make_submission(session, assignment, ben)
    with pytest.raises(BadGroup, match="You have handed in already"):
        groups.accept(session, assignment, offer, by=ben)

    make_submission(session, assignment, ann, text=b"x = 3\n")
    with pytest.raises(BadGroup, match="This group has handed in"):
        groups.accept(session, assignment, offer, by=cleo)
    with pytest.raises(BadGroup, match="You have handed in already"):
        groups.invite(session, assignment, people[3], by=ann)


def test_it_refuses_who_can_not_be_a_member(session, assignment, people):
    ann = people[0]
    staff = make_user(session, "Tia", assignment.course, CourseRole.TA)
    stranger = make_user(session, "Zoe", make_course(session))

    for user, why in ((ann, "your own"), (staff, "No student"), (stranger, "No student")):
        with pytest.raises(BadGroup, match=why):
            groups.invite(session, assignment, user, by=ann)


def test_it_refuses_groups_where_everybody_hands_in_alone(session, assignment, people):
    assignment.group_size = 1

    with pytest.raises(BadGroup, match="alone"):
        groups.invite(session, assignment, people[1], by=people[0])


def test_an_invitation_that_is_gone_or_of_another_assignment_is_refused(session, assignment, people):
    ann, ben, *_ = people
    groups.invite(session, assignment, ben, by=ann)
    offer = groups.of_user(session, assignment, ben).invitations[0].team_id
    other = make_assignment(session, assignment.course)
    other.group_size = 3
    with pytest.raises(BadGroup, match="withdrawn or answered"):
        groups.accept(session, other, offer, by=ben)

    groups.decline(session, assignment, offer, by=ben)
    with pytest.raises(BadGroup, match="withdrawn or answered"):
        groups.accept(session, assignment, offer, by=ben)


def test_a_statement_of_contributions_is_kept_with_its_earlier_value(session, assignment, people):
    ann, ben, *_ = people
    join(session, assignment, ann, ben)

    groups.state(session, assignment, "The backward pass.", by=ben)

    rows, _ = groups.of_assignment(session, assignment)
    assert [(member.user.name, member.contribution) for member in rows] == [
        ("Ann", ""),
        ("Ben", "The backward pass."),
    ]
    entry = session.query(Audit).filter_by(action="group.contribution").one()
    assert (entry.detail["before"], entry.detail["after"]) == ("", "The backward pass.")
    with pytest.raises(BadGroup, match="at most 2000"):
        groups.state(session, assignment, "x" * 2001, by=ben)
