"""Sessions under load: writers wait for each other, readers never wait."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from grader.database import open_engine, reading, writing
from grader.database.models import Course
from tests.helpers.factories import make_course


def test_it_refuses_a_database_that_it_is_not_tested_on():
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        open_engine("mysql://localhost/x")


def test_it_lets_many_writers_read_then_write_without_a_conflict(engine):
    with writing(engine) as session:
        course_id = make_course(session).id

    def append(number):
        with writing(engine) as session:
            query = session.query(Course).where(Course.id == course_id).with_for_update()
            query.one().term += f"{number};"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))

    with reading(engine) as session:
        assert len(session.get_one(Course, course_id).term.split(";")) == 41


def test_it_reads_while_another_session_writes(engine):
    with writing(engine) as session:
        make_course(session)
        session.flush()
        with reading(engine) as other:
            assert other.query(Course).count() == 0


def test_it_takes_the_write_lock_of_sqlite_at_the_start(tmp_path, sqlite_template):
    engine = open_engine(f"sqlite:///{sqlite_template}")
    statements = []
    with writing(engine) as session:
        connection = session.connection()
        statements.append(connection.execute(text("PRAGMA journal_mode")).scalar())
        statements.append(connection.execute(text("PRAGMA foreign_keys")).scalar())
        other = open_engine(f"sqlite:///{sqlite_template}")
        with other.connect() as second:
            second.exec_driver_sql("PRAGMA busy_timeout=10")
            with pytest.raises(OperationalError, match="locked"):
                second.exec_driver_sql("UPDATE courses SET term = ''")
        other.dispose()
    assert statements == ["wal", 1]
    engine.dispose()
