"""When things are due: extensions of a user, a team and a section, and what they do to hidden results."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from grader.database import courses, deadlines, extensions, submissions, writing
from grader.database.errors import BadExtension, Closed
from grader.database.extensions import Wish
from grader.database.models import CourseRole, Enrolment, GradeSummary, ReleaseRule, Team, TeamMember
from grader.grading.disclosure import Release
from grader.values import Shows
from tests.helpers import audit_trail
from tests.helpers.factories import NOON, grade, make_assignment, make_course, make_submission, make_user, row

DAY = timedelta(days=1)
DUE = NOON + 7 * DAY  # of the factories' assignments


@pytest.fixture
def class_of(engine):
    """A function: (session, course, assignment, elena, alice, bob) with alice in section A and bob in B."""

    def make(session, **values):
        course = make_course(session)
        assignment = make_assignment(session, course, late_until=DUE + 2 * DAY, **values)
        elena = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        alice, bob = (make_user(session, name) for name in ("alice", "bob"))
        courses.enrol(session, course, alice, CourseRole.STUDENT, section="A")
        courses.enrol(session, course, bob, CourseRole.STUDENT, section="B")
        session.flush()
        return course, assignment, elena, alice, bob

    return make


def dates_of(session, assignment, user):
    team = courses.team_of(session, assignment.course, user)
    return deadlines.of_team(session, assignment, team.id)


def test_an_extension_moves_the_due_date_and_the_last_moment_of_one_student_only(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        wish = Wish(user=alice, assignment=assignment, due_at=DUE + 3 * DAY, reason="ill")
        extensions.give(session, course, wish, by=elena)

        assert dates_of(session, assignment, alice).due_at == DUE + 3 * DAY
        assert dates_of(session, assignment, alice).last_moment == DUE + 5 * DAY
        assert dates_of(session, assignment, bob).due_at == DUE


def test_of_several_extensions_the_latest_holds(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        extensions.give(session, course, Wish(user=alice, hours=12), by=elena)
        extensions.give(session, course, Wish(section="A", assignment=assignment, hours=48), by=elena)
        extensions.give(session, course, Wish(user=alice, assignment=assignment, hours=24), by=elena)

        assert dates_of(session, assignment, alice).moved == 2 * DAY
        assert not dates_of(session, assignment, bob).moved


def test_an_accommodation_holds_on_every_assignment_and_a_withdrawn_one_on_none(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, _ = class_of(session)
        other = make_assignment(session, course)
        given = extensions.give(session, course, Wish(user=alice, hours=24), by=elena)
        known = deadlines.of_course(session, course.id)
        team = courses.team_of(session, course, alice)
        assert [known.moved(a, team.id) for a in (assignment, other)] == [DAY, DAY]

        extensions.withdraw(session, given, by=elena)
        assert not dates_of(session, assignment, alice).moved
        extensions.put_back(session, given, by=elena)
        assert dates_of(session, assignment, alice).moved == DAY
        actions = [entry.action for entry in audit_trail.entries(session, given)]
        assert actions == ["extension.given", "extension.withdrawn", "extension.put_back"]


def test_a_team_has_the_extensions_of_each_member(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        team = Team(course_id=course.id, name="both")
        session.add(team)
        session.flush()
        session.add_all(TeamMember(team_id=team.id, user_id=user.id) for user in (alice, bob))
        extensions.give(session, course, Wish(section="B", hours=24), by=elena)
        extensions.give(session, course, Wish(team=team, assignment=assignment, hours=36), by=elena)

        assert dates_of(session, assignment, alice).moved == timedelta(hours=36)


def test_uploads_are_accepted_until_the_last_moment_of_the_extension(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        extensions.give(session, course, Wish(user=alice, hours=24), by=elena)
        at = DUE + 2 * DAY + timedelta(hours=1)

        submissions.submit(session, assignment, alice, [("mlp.py", b"x")], at)
        with pytest.raises(Closed):
            submissions.submit(session, assignment, bob, [("mlp.py", b"x")], at)


def test_late_days_change_with_the_extension_and_with_its_withdrawal(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, _ = class_of(session)
        make_submission(session, assignment, alice, at=DUE + timedelta(hours=30))
        grade(session, row("a"))
        late = lambda: session.query(GradeSummary).one().late_days  # noqa: E731
        assert late() == 2

        given = extensions.give(session, course, Wish(section="A", hours=24), by=elena)
        assert late() == 1
        extensions.withdraw(session, given, by=elena)
        assert late() == 2


def test_nobody_sees_hidden_results_while_anybody_can_still_hand_in(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        assert dates_of(session, assignment, bob).release == Release(at=DUE + 2 * DAY)

        extensions.give(session, course, Wish(user=alice, hours=24), by=elena)
        assert dates_of(session, assignment, bob).release == Release(at=DUE + 3 * DAY)
        assert dates_of(session, assignment, alice).release == Release(at=DUE + 3 * DAY)


def test_an_extension_of_somebody_who_left_holds_nothing_up(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session)
        extensions.give(session, course, Wish(user=alice, hours=24), by=elena)
        session.query(Enrolment).filter_by(user_id=alice.id).one().left_at = NOON
        session.flush()

        assert dates_of(session, assignment, bob).release == Release(at=DUE + 2 * DAY)


def test_results_published_by_hand_wait_for_the_extension_of_its_reader(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, bob = class_of(session, release=ReleaseRule.PUBLISHED)
        extensions.give(session, course, Wish(user=alice, hours=24), by=elena)
        assert dates_of(session, assignment, alice).release == Release()

        assignment.published_at = NOON
        assert dates_of(session, assignment, bob).release == Release(at=NOON)
        assert dates_of(session, assignment, alice).release == Release(at=DUE + 3 * DAY)


def test_the_level_of_diagnoses_comes_with_the_dates(engine, class_of):
    with writing(engine) as session:
        _, assignment, _, alice, _ = class_of(session)
        assignment.diagnosis = Shows.PART
        assert dates_of(session, assignment, alice).release.most is Shows.PART


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "one student, one group or one section"),
        ({"section": "A"}, "a new due date, or a number of hours"),
        ({"section": "A", "hours": 0}, "0 hours; it must be 1 to"),
        ({"section": "A", "hours": 24, "reason": "x" * 501}, "501 characters; at most 500"),
        ({"section": "A", "due_at": DUE + DAY}, "For the whole term"),
    ],
)
def test_it_refuses_an_extension_that_means_nothing(values, message):
    with pytest.raises(BadExtension, match=message):
        Wish(**values).check()


def test_it_refuses_a_date_that_is_not_later(engine, class_of):
    with writing(engine) as session:
        course, assignment, elena, alice, _ = class_of(session)
        with pytest.raises(BadExtension, match="must be after"):
            extensions.give(session, course, Wish(user=alice, assignment=assignment, due_at=DUE), by=elena)


def test_the_deadlines_of_a_class_take_two_queries_whatever_its_size(engine, class_of):
    counts = []
    for size in (3, 30):
        with writing(engine) as session:
            course, assignment, elena, *_ = class_of(session)
            for number in range(size):
                user = make_user(session, f"u{number}", course)
                extensions.give(session, course, Wish(user=user, hours=24), by=elena)
            session.flush()
            seen = []
            event.listen(engine, "before_cursor_execute", lambda *a, seen=seen: seen.append(a[2]))
            known = deadlines.of_assignment(session, assignment)
            assert len(known.given) == size
            counts.append(len(seen))
    assert counts == [2, 2]
