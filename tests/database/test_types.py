"""Column types behave the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Enum, String, select
from sqlalchemy.exc import IntegrityError, StatementError

from grader.database import ReadOnlySession, audit, reading, users, writing
from grader.database.clock import Now, database_now
from grader.database.models import Base, Course, Grading, Job, JobState, Lane, User
from grader.database.types import Line, Points, Unstorable, Words
from tests.helpers import audit_trail
from tests.helpers.factories import grade, make_course, make_submission, make_user, row


def test_it_refuses_an_instant_without_a_zone(engine):
    with writing(engine) as session:
        session.add(Course(slug="nn", title="NN", created_at=datetime(2026, 1, 1)))
        with pytest.raises(StatementError, match="no time zone"):
            session.flush()
        session.rollback()


def test_it_returns_instants_in_utc_to_the_microsecond(engine):
    zurich = timezone(timedelta(hours=2))
    with writing(engine) as session:
        session.add(Course(slug="nn", title="NN", created_at=datetime(2026, 7, 1, 14, 0, 0, 123456, zurich)))
    with reading(engine) as session:
        assert session.query(Course).one().created_at == datetime(2026, 7, 1, 12, 0, 0, 123456, UTC)
        assert session.query(Course).one().created_at.tzinfo is UTC


def test_it_reads_the_databases_clock(engine):
    with reading(engine) as session:
        assert abs(database_now(session) - datetime.now(UTC)) < timedelta(seconds=2)


@pytest.mark.parametrize("seconds", [-3600.5, 0.25, 86_400])
def test_it_adds_seconds_to_the_databases_clock(engine, seconds):
    with reading(engine) as session:
        later, now = session.query(Now(seconds), Now()).one()
        assert later - now == pytest.approx(timedelta(seconds=seconds), abs=timedelta(seconds=0.5))


def test_it_stores_points_to_a_millionth():
    points = Points()
    stored = points.process_bind_param(Decimal(10) / 3, None)
    assert points.process_result_value(stored, None) == Decimal("3.333333")


def test_whole_points_have_no_exponent():
    assert str(Points().process_result_value(100_000_000, None)) == "100"


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", "Zoë 🎓", "'; DROP TABLE users; --"])
def test_it_stores_any_name(engine, name):
    with writing(engine) as session:
        user = users.create(session, "a@b.c", name, "hash")
    with reading(engine) as session:
        stored = session.get_one(User, user.id).name
        assert stored == name.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def test_it_stores_any_program_output_in_a_report(engine):
    report = {"output": "nul \x00 and half a pair \ud800 and \x1b[2J", "value": 0.1}
    with writing(engine) as session:
        make_submission(session)
        grade(session, row("a")).report = report
    with reading(engine) as session:
        assert session.query(Grading).one().report == report


def test_it_stores_any_text_in_the_audit_trail(engine):
    with writing(engine) as session:
        course = make_course(session)
        audit.note(session, "course.noted", course, title="a\x00b\ud800")
    with reading(engine) as session:
        assert audit_trail.entries(session, course)[-1].detail == {"title": "a\x00b\ud800"}


def test_it_refuses_an_unknown_state(engine):
    with writing(engine) as session:
        make_submission(session)
        session.flush()
        with pytest.raises(IntegrityError):
            session.connection().exec_driver_sql("UPDATE jobs SET state = 'lost'")
        session.rollback()


def test_it_returns_a_lane_as_a_lane(engine):
    with writing(engine) as session:
        make_submission(session)
    with reading(engine) as session:
        job = session.query(Job).one()
        assert job.lane is Lane.STUDENTS
        assert job.state is JobState.QUEUED


def test_it_enforces_foreign_keys(engine):
    with writing(engine) as session:
        user = make_user(session, "alice", make_course(session))
        session.flush()
        with pytest.raises(IntegrityError):
            session.connection().exec_driver_sql(f"DELETE FROM users WHERE id = {user.id}")
        session.rollback()


def test_it_writes_nothing_in_a_reading_session(engine):
    with reading(engine) as session:
        session.add(Course(slug="nn", title="NN"))
        with pytest.raises(ReadOnlySession):
            session.flush()


def test_it_rolls_back_everything_when_a_writing_session_fails(engine):
    def fail_at_the_end():
        with writing(engine) as session:
            make_course(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    with reading(engine) as session:
        assert session.query(Course).count() == 0


def test_it_does_not_change_ordinary_text():
    assert Words().process_bind_param("σ′(z) left out", None) == "σ′(z) left out"


UNSTORABLE = {"NUL": "a\x00b", "a lone surrogate": "a\ud800", "too long": "a" * 65}


@pytest.mark.parametrize("name", UNSTORABLE.values(), ids=UNSTORABLE)
def test_a_name_that_can_not_be_stored_is_refused_in_rows_and_in_conditions(engine, name):
    with reading(engine) as session, pytest.raises(StatementError) as asked:
        session.scalar(select(Course).where(Course.slug == name))
    with writing(engine) as session:
        session.add(Course(slug=name, title="NN"))
        with pytest.raises(StatementError) as stored:
            session.flush()
        session.rollback()

    assert [type(error.value.orig) for error in (asked, stored)] == [Unstorable, Unstorable]


def test_a_name_as_long_as_its_column_is_stored(engine):
    with writing(engine) as session:
        session.add(Course(slug="é" * 64, title="NN"))
    with reading(engine) as session:
        assert session.scalar(select(Course).where(Course.slug == "é" * 64)) is not None


def test_every_column_of_text_refuses_or_replaces_what_one_database_can_not_store():
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    plain = [c for c in columns if isinstance(c.type, String) and not isinstance(c.type, Enum)]

    assert [str(column) for column in plain] == []
    assert sum(isinstance(column.type, Line) for column in columns) >= 15
