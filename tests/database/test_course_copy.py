"""A course is copied with every date moved; nothing of a student goes with it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select

from grader.database import assignments, course_copy, courses, packs, writing
from grader.database.course_copy import Target, moved
from grader.database.errors import AlreadyThere
from grader.database.models import (
    Assignment,
    Category,
    Column,
    ColumnMark,
    Counting,
    CourseRole,
    Enrolment,
    PackState,
    RubricItem,
    Submission,
)
from grader.values import Shows
from tests.helpers.factories import (
    NOON,
    make_assignment,
    make_course,
    make_submission,
    make_user,
    make_version,
)

NEXT = Target("nn-next", "Neural Networks", "Next", 364, staff=False)
MOVED = {"course_id", "pack_version_id", "category_id", "opens_at", "due_at", "closes_at", "published_at"}
NEW = {"id", "secret", "created_at", "marks_published_at"}


@pytest.fixture
def course(engine):
    """A course with everything that can be copied, and with what must not be."""
    with writing(engine) as session:
        course = make_course(session)
        course.grace_days, course.late_percent = 3, Decimal(10)
        boss = make_user(session, "boss", course, CourseRole.INSTRUCTOR)
        ta = make_user(session, "ta", course, CourseRole.TA)
        category = Category(course_id=course.id, name="Code", weight=Decimal(40), drop_lowest=1, position=1)
        session.add(category)
        session.flush()
        exam = Column(
            course_id=course.id,
            category_id=category.id,
            title="Exam",
            max_points=Decimal(50),
            position=2,
            published_at=NOON,
        )
        session.add(exam)
        own = make_version(session, course)
        own.state = PackState.PUBLISHED
        first = make_assignment(session, course, version=own, late_until=NOON + timedelta(days=9))
        first.attempts, first.cool_down_min, first.counting, first.group_size = 7, 15, Counting.LATEST, 2
        first.diagnosis, first.late_free = Shows.OFF, True
        first.category_id = category.id
        first.published_at = first.marks_published_at = NOON
        make_assignment(session, course)
        session.add_all(
            RubricItem(
                assignment_id=first.id,
                test_id="t",
                text=text,
                points=Decimal(1),
                position=1,
                deleted_at=deleted,
            )
            for text, deleted in (("kept", None), ("deleted", NOON))
        )
        submission = make_submission(session, first)
        session.flush()
        first.hidden_at = NOON
        session.add(
            ColumnMark(column_id=exam.id, user_id=submission.submitter_id, points=Decimal(3), by_id=boss.id)
        )
        assert ta.id
    return course


def copy(engine, course, target=NEXT):
    with writing(engine) as session:
        boss = session.scalars(
            select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.role == CourseRole.INSTRUCTOR)
        ).one()
        return course_copy.copy(session, session.merge(course), target, by=boss.user)


def test_every_setting_of_an_assignment_is_copied_and_its_dates_are_moved(engine, course):
    new = copy(engine, course)
    with writing(engine) as session:
        pairs = list(
            zip(assignments.of_course(session, course), assignments.of_course(session, new), strict=True)
        )
        for old, copied in pairs:
            names = {column.key for column in inspect(Assignment).column_attrs}
            same = {name for name in names - MOVED - NEW if getattr(old, name) == getattr(copied, name)}
            assert same == names - MOVED - NEW
            assert copied.due_at - old.due_at == timedelta(days=364)
            assert copied.opens_at - old.opens_at == timedelta(days=364)
            assert (copied.published_at, copied.marks_published_at) == (None, None)
            assert copied.secret != old.secret
        assert {pair[1].closes_at for pair in pairs} == {None, NOON + timedelta(days=9 + 364)}


def test_weights_columns_and_rubrics_are_copied_without_marks(engine, course):
    new = copy(engine, course)
    with writing(engine) as session:
        category = session.scalars(select(Category).where(Category.course_id == new.id)).one()
        column = session.scalars(select(Column).where(Column.course_id == new.id)).one()
        item = session.scalars(select(RubricItem).order_by(RubricItem.id.desc()).limit(1)).one()
        assert (category.name, category.weight, category.drop_lowest) == ("Code", Decimal(40), 1)
        assert (column.title, column.category_id, column.published_at) == ("Exam", category.id, None)
        assert session.query(ColumnMark).filter_by(column_id=column.id).count() == 0
        assert (item.text, session.query(RubricItem).count()) == ("kept", 3)
        used = {row.category_id for row in assignments.of_course(session, new)}
        assert used == {None, category.id}
        assert (new.grace_days, new.late_percent, new.zone) == (3, Decimal(10), course.zone)


def test_a_pack_of_the_course_is_copied_with_it_and_a_shipped_one_is_shared(engine, course):
    new = copy(engine, course)
    with writing(engine) as session:
        old = {row.slug: row.pack_version for row in assignments.of_course(session, course)}
        for row in assignments.of_course(session, new):
            before, after = old[row.slug], row.pack_version
            assert after.zip_sha256 == before.zip_sha256
            shared = before.pack.course_id is None
            assert (after.id == before.id) == shared
            assert after.pack.course_id == (None if shared else new.id)
        assert [row.pack.course_id for row in packs.of_course(session, new)] == [new.id]


def test_no_student_and_nothing_of_a_student_is_copied(engine, course):
    new = copy(engine, course)
    with writing(engine) as session:
        people = session.scalars(select(Enrolment).where(Enrolment.course_id == new.id)).all()
        assert [row.role for row in people] == [CourseRole.INSTRUCTOR]
        theirs = select(func.count()).select_from(Submission).join(Assignment)
        assert session.execute(theirs.where(Assignment.course_id == new.id)).scalar_one() == 0


def test_the_staff_is_copied_if_that_is_wanted(engine, course):
    new = copy(engine, course, Target("with-staff", "NN", "", 7, staff=True))
    with writing(engine) as session:
        roles = select(Enrolment.role).where(Enrolment.course_id == new.id)
        assert sorted(session.scalars(roles)) == [CourseRole.INSTRUCTOR, CourseRole.TA]


def test_an_address_that_is_taken_is_refused_and_nothing_is_made(engine, course):
    with pytest.raises(AlreadyThere):
        copy(engine, course, Target(course.slug, "NN", "", 7, staff=False))
    with writing(engine) as session:
        assert courses.by_slug(session, NEXT.slug) is None


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        ("2026-10-16 23:59", 14, "2026-10-30 23:59"),  # over the end of summer time
        ("2026-03-20 23:59", 14, "2026-04-03 23:59"),  # over its begin
        ("2026-03-22 02:30", 7, "2026-03-29 03:30"),  # a time that the clocks skip
        ("2026-10-18 02:30", 7, "2026-10-25 02:30"),  # a time that they show twice: the first
        ("2028-02-29 12:00", 366, "2029-03-01 12:00"),
        ("2026-10-16 23:59", -364, "2025-10-17 23:59"),
    ],
)
def test_a_time_of_the_day_stays_when_the_clocks_change(at, days, expected):
    zone = ZoneInfo("Europe/Zurich")
    before = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)

    after = moved(before, days, "Europe/Zurich").astimezone(zone)

    assert after.strftime("%Y-%m-%d %H:%M") == expected
    assert after.fold == 0


ZONES = st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(-900, 900),
    ZONES,
)
def test_a_moved_date_is_that_many_days_later_and_the_order_of_dates_stays(at, days, zone):
    later = at + timedelta(days=1)
    there, zone_of = moved(at, days, zone), ZoneInfo(zone)

    assert abs(there - at - timedelta(days=days)) <= timedelta(hours=1)
    assert there.astimezone(zone_of).date() == at.astimezone(zone_of).date() + timedelta(days=days)
    assert moved(later, days, zone) > there
