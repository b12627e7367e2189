"""Changes of an assignment, of dates after an outage and of the late policy: previewed, stored, undone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from grader.database import assignments, effects, extensions, late_points, late_policy, outages, writing
from grader.database.errors import NotEmpty, NothingToMove, NotUndone, StoreError
from grader.database.extensions import Wish
from grader.database.late import Late, Policy
from grader.database.models import Assignment, Category, Counting, CourseRole, Extension, GradeSummary, Team
from tests.helpers import audit_trail
from tests.helpers.factories import NOON, grade, make_assignment, make_course, make_submission, make_user, row

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = NOON + 7 * DAY  # of the factories' assignments


@pytest.fixture
def course_of(engine):
    """A function: (session) to a course with 10 % a late day, elena, and two assignments one week apart."""

    def make(session, grace=0):
        course = make_course(session)
        course.grace_days, course.late_percent = grace, Decimal(10)
        elena = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        first, second = (make_assignment(session, course, late_until=DUE + 30 * DAY) for _ in range(2))
        second.due_at = DUE + 7 * DAY
        session.flush()
        return course, elena, first, second

    return make


def hand_in(session, assignment, user, at, points=10):
    submission = make_submission(session, assignment, user, at=at)
    grade(session, row("a", points))
    return submission


def preview(session, assignment, **changes):
    before = effects.basis_of(session, assignment.course)
    drafts = {**before.assignments, assignment.id: effects.draft(assignment, **changes)}
    after = replace(before, assignments=drafts)
    return effects.compare(session, assignment.course, before, after, {assignment.id: None})


def test_a_preview_says_who_becomes_late_and_stores_nothing(engine, course_of):
    with writing(engine) as session:
        course, _, first, _ = course_of(session)
        early, late = (make_user(session, name, course) for name in ("early", "late"))
        hand_in(session, first, early, DUE - 30 * HOUR)
        hand_in(session, first, late, DUE + 30 * HOUR)

        earlier = preview(session, first, due_at=DUE - 2 * DAY)
        assert [(m.name, m.before.late_days, m.after.late_days) for m in earlier.moved] == [
            ("early", 0, 1),
            ("late", 2, 4),
        ]
        assert [m.name for m in earlier.become_late()] == ["early"]
        assert [m.name for m in earlier.other_late_days()] == ["late"]
        assert [(m.before.final, m.after.final) for m in earlier.lose] == [(10, 9), (8, 6)]

        later = preview(session, first, due_at=DUE + 2 * DAY)
        assert [m.name for m in later.no_longer_late()] == ["late"]
        assert [m.name for m in later.gain] == ["late"]
        assert first.due_at == DUE
        assert not session.new


def test_a_grace_day_that_becomes_free_is_seen_on_the_other_assignment(engine, course_of):
    with writing(engine) as session:
        course, _, first, second = course_of(session, grace=1)
        alice = make_user(session, "alice", course)
        hand_in(session, first, alice, DUE + HOUR)
        hand_in(session, second, alice, DUE + 7 * DAY + HOUR)

        moved = {m.assignment_id: m for m in preview(session, first, due_at=DUE + DAY).moved}
        assert (moved[first.id].before.final, moved[first.id].after.final) == (10, 10)
        assert (moved[second.id].before.final, moved[second.id].after.final) == (9, 10)


def test_a_preview_says_for_whom_another_attempt_counts(engine, course_of):
    with writing(engine) as session:
        course, _, first, _ = course_of(session)
        alice = make_user(session, "alice", course)
        hand_in(session, first, alice, NOON, 10)
        hand_in(session, first, alice, NOON + HOUR, 4)

        seen = preview(session, first, counting=Counting.LATEST)
        assert [(m.name, m.before.points, m.after.points) for m in seen.other_attempt()] == [("alice", 10, 4)]


def test_staff_and_those_who_left_are_in_no_preview(engine, course_of):
    with writing(engine) as session:
        course, elena, first, _ = course_of(session)
        gone = make_user(session, "gone", course)
        hand_in(session, first, elena, NOON)
        hand_in(session, first, gone, NOON)
        gone.enrolments[0].left_at = NOON
        session.flush()

        seen = preview(session, first, due_at=NOON - HOUR)
        assert seen.moved == ()


def test_a_preview_takes_as_many_queries_for_thirty_students_as_for_three(engine, course_of):
    counts = []
    for size in (3, 30):
        with writing(engine) as session:
            course, _, first, _ = course_of(session)
            for number in range(size):
                hand_in(session, first, make_user(session, f"u{number}", course), NOON)
            session.flush()
            seen = []
            event.listen(engine, "before_cursor_execute", lambda *a, seen=seen: seen.append(a[2]))
            assert len(preview(session, first, due_at=NOON - HOUR).become_late()) == size
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_a_change_of_the_due_date_changes_late_days_at_once_and_is_logged(engine, course_of):
    with writing(engine) as session:
        course, elena, first, _ = course_of(session)
        alice = make_user(session, "alice", course)
        hand_in(session, first, alice, DUE + HOUR)
        terms = replace(assignments.Terms.of(first), due_at=DUE + DAY, attempts=5)

        assignments.change(session, first, terms, by=elena, title="Backprop, again")
        assert session.query(GradeSummary).one().late_days == 0
        entry = audit_trail.entries(session, first)[-1]
        assert entry.detail["before"] == {
            "due_at": DUE.isoformat(),
            "attempts": None,
            "title": "Backpropagation",
        }
        assert entry.detail["after"]["attempts"] == 5

        count = len(audit_trail.entries(session, first))
        assignments.change(session, first, terms, by=elena)
        assert len(audit_trail.entries(session, first)) == count


def test_it_refuses_a_category_of_another_course(engine, course_of):
    with writing(engine) as session:
        _, elena, first, _ = course_of(session)
        other = Category(course_id=make_course(session).id, name="x", weight=Decimal(1), position=1)
        session.add(other)
        session.flush()
        terms = replace(assignments.Terms.of(first), category_id=other.id)
        with pytest.raises(StoreError, match="not one of the course's"):
            assignments.change(session, first, terms, by=elena)


def test_an_empty_assignment_can_be_deleted_and_one_with_a_submission_not(engine, course_of):
    with writing(engine) as session:
        course, elena, first, second = course_of(session)
        hand_in(session, first, make_user(session, "alice", course), NOON)
        session.add(Team(course_id=course.id, name="two", assignment_id=second.id))
        extensions.give(session, course, Wish(section="A", assignment=second, hours=5), by=elena)

        with pytest.raises(NotEmpty, match="has 1 submission, so it can't be deleted; it can be hidden"):
            assignments.remove(session, first, by=elena)
        assignments.remove(session, second, by=elena)
        session.flush()
        assert session.query(Assignment).one() is first
        assert not session.query(Extension).count()


def test_an_outage_moves_the_dates_inside_its_window_and_can_be_undone_once(engine, course_of):
    with writing(engine) as session:
        course, elena, first, second = course_of(session)
        alice = make_user(session, "alice", course)
        hand_in(session, first, alice, DUE + HOUR)
        wish = Wish(user=alice, assignment=second, due_at=DUE + 8 * DAY)
        given = extensions.give(session, course, wish, by=elena)
        window = outages.Window(DUE - DAY, DUE + DAY, 24)

        entry = outages.move(session, course, window, by=elena)
        assert (first.due_at, first.closes_at) == (DUE + DAY, DUE + 31 * DAY)
        assert (second.due_at, given.due_at) == (DUE + 7 * DAY, DUE + 8 * DAY)
        assert session.query(GradeSummary).one().late_days == 0
        assert [undone for _, undone in outages.of_course(session, course)] == [False]

        outages.undo(session, course, entry.id, by=elena)
        assert (first.due_at, first.closes_at) == (DUE, DUE + 30 * DAY)
        assert session.query(GradeSummary).one().late_days == 1
        assert [undone for _, undone in outages.of_course(session, course)] == [True]
        with pytest.raises(NotUndone, match="already"):
            outages.undo(session, course, entry.id, by=elena)


def test_an_outage_moves_dates_of_extensions_and_late_deadlines_in_the_window(engine, course_of):
    with writing(engine) as session:
        course, elena, first, second = course_of(session)
        alice = make_user(session, "alice", course)
        wish = Wish(user=alice, assignment=second, due_at=DUE + 8 * DAY)
        given = extensions.give(session, course, wish, by=elena)

        outages.move(session, course, outages.Window(DUE + 8 * DAY, DUE + 30 * DAY, 6), by=elena)
        assert given.due_at == DUE + 8 * DAY + 6 * HOUR
        assert (first.due_at, first.closes_at) == (DUE, DUE + 30 * DAY + 6 * HOUR)


def test_a_date_that_has_changed_since_is_not_moved_back(engine, course_of):
    with writing(engine) as session:
        course, elena, first, _ = course_of(session)
        entry = outages.move(session, course, outages.Window(DUE, DUE, 24), by=elena)
        first.due_at += HOUR
        with pytest.raises(NotUndone, match="changed since"):
            outages.undo(session, course, entry.id, by=elena)


def test_a_window_without_a_date_moves_nothing(engine, course_of):
    with writing(engine) as session:
        course, elena, *_ = course_of(session)
        with pytest.raises(NothingToMove):
            outages.move(session, course, outages.Window(NOON, NOON + HOUR, 24), by=elena)
        with pytest.raises(StoreError, match="ends before it begins"):
            outages.Window(NOON, NOON - HOUR, 24)


def test_final_points_use_grace_days_in_the_order_of_the_due_dates(engine, course_of):
    with writing(engine) as session:
        course, elena, first, second = course_of(session, grace=1)
        alice = make_user(session, "alice", course)
        hand_in(session, second, alice, DUE + 7 * DAY + 25 * HOUR, 10)
        hand_in(session, first, alice, DUE + HOUR, 8)

        finals = late_points.of_course(session, course)[alice.id]
        assert (finals[first.id].late, finals[first.id].points) == (Late(1, 1), 8)
        assert (finals[second.id].late, finals[second.id].points) == (Late(2, 0, Decimal(20)), 8)

        assignments.change(session, first, replace(assignments.Terms.of(first), late_free=True), by=elena)
        finals = late_points.of_course(session, course, [alice.id])[alice.id]
        assert finals[second.id].late == Late(2, 1, Decimal(10))


def test_students_see_final_points_of_the_visible_tests_before_release(engine, course_of):
    with writing(engine) as session:
        course, _, first, _ = course_of(session)
        alice = make_user(session, "alice", course)
        make_submission(session, first, alice, at=DUE + HOUR)
        grade(session, row("a", 10), row("b", 5, hidden=True))

        def points(at):
            return late_points.of_course(session, course, [alice.id], seen_at=at)[alice.id][first.id].points

        assert points(DUE + 2 * HOUR) == 9
        assert points(DUE + 30 * DAY) == Decimal("13.5")


def test_another_policy_is_previewed_and_stored_with_what_it_decides(engine, course_of):
    with writing(engine) as session:
        course, elena, first, _ = course_of(session)
        alice, bob = (make_user(session, name, course) for name in ("alice", "bob"))
        hand_in(session, first, alice, NOON, 7)
        late = hand_in(session, first, alice, DUE + HOUR, 10)
        hand_in(session, first, bob, NOON, 10)
        harder = Policy(0, Decimal(50))

        seen = late_policy.effects_of(session, course, harder)
        assert [(m.name, m.before.final, m.after.final) for m in seen.moved] == [("alice", 9, 7)]
        late_policy.change(session, course, harder, by=elena)
        summary = session.query(GradeSummary).filter_by(team_id=late.team_id).one()
        assert (summary.points, summary.late_days) == (7, 0)

        seen = late_policy.effects_of(session, course, Policy(1, Decimal(50)))
        assert not seen.moved
        entry = audit_trail.entries(session, course)[-1]
        assert (entry.detail["before"]["percent"], entry.detail["after"]["percent"]) == ("10", "50")


@pytest.mark.parametrize("policy", [Policy(-1), Policy(400), Policy(0, Decimal(0)), Policy(0, Decimal(101))])
def test_it_refuses_a_policy_outside_its_limits(policy):
    with pytest.raises(StoreError):
        late_policy.checked(policy)
