"""The gradebook on both databases: cells, late days, categories, columns, publishing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from grader.database import (
    categories,
    columns,
    gradebook,
    late_points,
    mail,
    publishing,
    reading,
    writing,
)
from grader.database.categories import Wish
from grader.database.columns import ColumnTerms, Entry, read_points
from grader.database.errors import StoreError
from grader.database.gradebook import State
from grader.database.late import Late
from grader.database.models import (
    Assignment,
    Audit,
    Column,
    ColumnMark,
    CourseRole,
    Extension,
    Mail,
    MailKind,
    Team,
    TeamMember,
)
from tests.helpers import audit_trail
from tests.helpers.factories import (
    NOON,
    grade,
    make_assignment,
    make_course,
    make_submission,
    make_user,
    make_version,
    row,
)

AFTER = NOON + timedelta(days=30)


def category(session, course, name):
    return next(row for row in gradebook.categories_of(session, course) if row.name == name)


def exam(session, course, by, title="Exam", most=50):
    home = category(session, course, "Midterm").id
    return columns.create(session, course, ColumnTerms(title, home, Decimal(most)), by=by)


def cell(session, course, user, key, at=AFTER):
    return gradebook.load(session, course, [user.id], at).of(user.id)[key]


def test_points_count_once_nobody_can_hand_in_any_more(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        course = assignment.course
        alice = make_user(session, "alice", course)
        make_submission(session, assignment, alice)
        grade(session, row("a", 15, 20))
        key = f"a{assignment.id}"

        early = cell(session, course, alice, key, NOON)
        late = cell(session, course, alice, key)

        assert (early.state, early.points, early.of, early.percent) == (State.MARKED, 15, 20, None)
        assert late.percent == 75


def test_who_hands_nothing_in_has_zero_only_after_the_last_moment(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        key = f"a{assignment.id}"

        early = cell(session, assignment.course, alice, key, NOON)
        late = cell(session, assignment.course, alice, key)

        assert (early.state, early.percent) == (State.OPEN, None)
        assert (late.state, late.percent) == (State.MISSING, 0)


def test_no_score_by_a_fault_of_ours_never_counts(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        alice = make_user(session, "alice", assignment.course)
        make_submission(session, assignment, alice)
        key = f"a{assignment.id}"

        assert cell(session, assignment.course, alice, key).state is State.GRADING
        grade(session, row("a", None))
        found = cell(session, assignment.course, alice, key)
        assert (found.state, found.percent) == (State.NOT_YET, None)


def test_late_days_take_off_what_late_points_says(engine):
    with writing(engine) as session:
        course = make_course(session)
        course.grace_days, course.late_percent = 2, Decimal(10)
        version = make_version(session)
        alice = make_user(session, "alice", course)
        rows = [
            make_assignment(session, course, version=version, late_until=NOON + timedelta(days=20))
            for _ in range(3)
        ]
        for at, assignment in enumerate(rows):
            assignment.due_at = NOON + timedelta(days=at)
            session.flush()
            late = assignment.due_at + timedelta(days=at, hours=1)
            make_submission(session, assignment, alice, at=late, text=b"x = %d" % at)
            grade(session, row("a", 16, 20))

        book = gradebook.load(session, course, None, AFTER)
        settled = late_points.of_course(session, course)[alice.id]

        found = {item.id: book.of(alice.id)[item.key] for item in book.items}
        assert {id: (c.points, c.late) for id, c in found.items()} == {
            id: (final.points, final.late) for id, final in settled.items()
        }
        assert [found[a.id].points for a in rows] == [16, Decimal("14.4"), Decimal("11.2")]


def test_of_two_teams_that_handed_in_the_last_active_counts(engine):
    with writing(engine) as session:
        assignment = make_assignment(session, late_until=NOON + timedelta(days=20))
        course = assignment.course
        course.late_percent = Decimal(10)
        alice, bob = (make_user(session, name, course) for name in ("alice", "bob"))
        for user, earned in ((alice, 15), (bob, 12)):
            make_submission(session, assignment, user)
            grade(session, row("a", earned, 20))
        group = Team(course_id=course.id, name="both", assignment_id=assignment.id)
        session.add(group)
        session.flush()
        session.add_all(TeamMember(team_id=group.id, user_id=user.id) for user in (alice, bob))
        session.flush()
        late = assignment.due_at + timedelta(hours=30)
        shared = make_submission(session, assignment, bob, at=late, text=b"x = 2")
        grade(session, row("a", 10, 20))

        book = gradebook.load(session, course, None, AFTER)
        settled = late_points.of_course(session, course)

        assert shared.team_id == group.id
        for user in (alice, bob):
            final, found = settled[user.id][assignment.id], book.of(user.id)[f"a{assignment.id}"]
            assert (found.points, found.late) == (final.points, final.late) == (8, Late(2, 0, Decimal(20)))
        assert book.tally(f"a{assignment.id}") == ((found, 2),)


def test_the_usual_categories_are_those_of_the_lecture(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        by = make_user(session, "elena", assignment.course, CourseRole.INSTRUCTOR)
        categories.make_usual(session, assignment.course, by=by)

        found = gradebook.categories_of(session, assignment.course)

        assert [(row.name, row.weight) for row in found] == [
            ("Written homeworks", 30),
            ("Programming assignments", 40),
            ("Midterm", 10),
            ("Final project", 20),
        ]
        assert assignment.category_id == found[1].id
        with pytest.raises(StoreError, match="has categories already"):
            categories.make_usual(session, assignment.course, by=by)


def test_two_categories_can_swap_their_names_and_the_trail_says_so(engine):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        categories.change(
            session, course, [Wish(None, "A", Decimal(60)), Wish(None, "B", Decimal(40))], by=by
        )
        a, b = gradebook.categories_of(session, course)

        categories.change(
            session, course, [Wish(a.id, "B", Decimal(60)), Wish(b.id, "A", Decimal(40))], by=by
        )

        assert [row.name for row in gradebook.categories_of(session, course)] == ["B", "A"]
        last = audit_trail.entries(session, a)[-1]
        assert (last.detail["before"], last.detail["after"]) == ({"name": "A"}, {"name": "B"})


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ([Wish(None, "exams", Decimal(1)), Wish(None, "Exams", Decimal(1))], "Two categories are called"),
        ([Wish(None, f"c{at}", Decimal(1)) for at in range(16)], "at most 15"),
    ],
)
def test_it_refuses_categories_that_can_not_be(engine, wishes, why):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        with pytest.raises(StoreError, match=why):
            categories.change(session, course, wishes, by=by)


def test_a_category_with_columns_is_not_deleted(engine):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        categories.make_usual(session, course, by=by)
        exam(session, course, by)
        home = category(session, course, "Midterm")

        with pytest.raises(StoreError, match="“Midterm” has 1 columns"):
            categories.change(session, course, [Wish(home.id, "", Decimal(0))], by=by)


def test_every_change_of_a_mark_is_logged_from_what_to_what(engine):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        alice, bob = make_user(session, "alice", course), make_user(session, "bob", course)
        categories.make_usual(session, course, by=by)
        column = exam(session, course, by)
        session.flush()

        counts = [
            columns.store(session, column, {alice.id: Entry(Decimal(40)), bob.id: None}, by=by),
            columns.store(session, column, {alice.id: Entry(Decimal(40))}, by=by),
            columns.store(session, column, {alice.id: Entry(Decimal("41.5"))}, by=by),
            columns.store(session, column, {alice.id: None}, by=by),
        ]

        assert counts == [1, 0, 1, 1]
        query = select(Audit).where(Audit.action == "column.marked").order_by(Audit.id)
        found = [(e.detail["before"], e.detail["after"], e.actor_id) for e in session.scalars(query)]
        assert found == [(None, "40", by.id), ("40", "41.5", by.id), ("41.5", None, by.id)]
        assert session.query(ColumnMark).count() == 0


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        (ColumnTerms("exam", None, Decimal(10)), "called “exam” already"),
        (ColumnTerms("Other", None, Decimal(0)), "must be above 0"),
        (ColumnTerms("Other", 987, Decimal(10)), "not one of the course's"),
    ],
)
def test_it_refuses_columns_that_can_not_be(engine, terms, why):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        categories.make_usual(session, course, by=by)
        exam(session, course, by)
        with pytest.raises(StoreError, match=why):
            columns.create(session, course, terms, by=by)


def test_a_maximum_below_a_mark_is_refused(engine):
    with writing(engine) as session:
        course = make_course(session)
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        alice = make_user(session, "alice", course)
        categories.make_usual(session, course, by=by)
        column = exam(session, course, by)
        session.flush()
        columns.store(session, column, {alice.id: Entry(Decimal(40))}, by=by)

        with pytest.raises(StoreError, match="has 40 points here, so the maximum can't be 39"):
            columns.change(session, course, column, ColumnTerms("Exam", None, Decimal(39)), by=by)

        columns.remove(session, column, by=by)
        session.flush()
        assert session.query(Column).count() == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("7.5", "7.5"), (" 7,5 ", "7.5"), ("0", "0"), ("50", "50"), ("1e1", "10"), ("", None)],
)
def test_points_are_read_as_people_type_them(text, value):
    assert read_points(text, Decimal(50)) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    "text", ["50.01", "-1", "7.555", "seven", "NaN", "Infinity", "1e999999", "9" * 5000, "=1+1"]
)
def test_points_that_can_not_be_are_refused_with_the_rule(text):
    with pytest.raises(StoreError, match=r"0 to 50 points are expected, at most two decimals"):
        read_points(text, Decimal(50))


def test_publishing_shows_marks_and_writes_once_to_those_who_wish_it(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        course = assignment.course
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        alice, _ = make_user(session, "alice", course), make_user(session, "bob", course)
        mail.set_wishes(session, alice, [MailKind.PUBLISHED])
        keys = (f"a{assignment.id}",)
        session.flush()
        assert gradebook.load(session, course, None, AFTER).published().items == ()

        assert publishing.publish(session, course, keys, NOON, by=by) == ("Backpropagation",)
        assert publishing.publish(session, course, keys, NOON, by=by) == ()
        assert publishing.take_back(session, course, keys, by=by) == ("Backpropagation",)
        assert publishing.publish(session, course, keys, NOON, by=by) == ("Backpropagation",)

        assert len(gradebook.load(session, course, None, AFTER).published().items) == 1
        assert [row.user_id for row in session.query(Mail)] == [alice.id]
        actions = [e.action for e in audit_trail.entries(session, assignment)]
        assert actions[-3:] == ["marks.published", "marks.taken_back", "marks.published"]


def test_the_number_of_queries_does_not_grow_with_students_or_columns(engine):
    def count(students, assignments):
        with writing(engine) as session:
            course = make_course(session)
            version = make_version(session)
            by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
            people = [make_user(session, f"s{at}", course) for at in range(students)]
            categories.make_usual(session, course, by=by)
            for at in range(assignments):
                assignment = make_assignment(session, course, version=version)
                make_submission(session, assignment, people[0], text=b"x = %d" % at)
                column = exam(session, course, by, f"Exam {at}")
                session.flush()
                columns.store(session, column, {user.id: Entry(Decimal(9)) for user in people}, by=by)
            course_id = course.id
        asked = []
        with reading(engine) as session:
            course = session.get_one(type(course), course_id)
            note = lambda *args: asked.append(args[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", note)
            book = gradebook.load(session, course, None, AFTER)
            assert all(book.total(user) for user in book.cells)
            event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    assert count(3, 1) == count(30, 4) <= 9


def test_an_extension_keeps_an_assignment_open_for_its_student_only(engine):
    with writing(engine) as session:
        assignment = make_assignment(session)
        course = assignment.course
        by = make_user(session, "elena", course, CourseRole.INSTRUCTOR)
        alice, bob = make_user(session, "alice", course), make_user(session, "bob", course)
        session.add(Extension(course_id=course.id, user_id=alice.id, hours=24 * 60, by_id=by.id))
        session.flush()
        key = f"a{assignment.id}"

        assert cell(session, course, alice, key).state is State.OPEN
        assert cell(session, course, bob, key).state is State.MISSING
        assert session.query(Assignment).count() == 1
