"""Models and migrations agree, on both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from grader.database import gradings, migrate, open_engine, retries, writing
from grader.database.migrate import configuration
from grader.database.models import Base
from tests.helpers.factories import grade, make_assignment, make_submission, row


def plain(value):
    """A reflected value as text that two reflections agree on."""
    if isinstance(value, dict):
        return str({key: plain(value[key]) for key in sorted(value)})
    return str([plain(item) for item in value]) if isinstance(value, list) else str(value)


def foreign_keys(engine, inspector, table):
    """As the database reports them; SQLAlchemy can't read those that SQLite has in a column's definition."""
    if engine.dialect.name != "sqlite":
        return sorted(map(plain, inspector.get_foreign_keys(table)))
    with engine.connect() as connection:
        keys = connection.execute(text(f"PRAGMA foreign_key_list({table})"))
        return sorted((k["table"], k["from"], k["to"], k["on_delete"]) for k in keys.mappings())


def shape(engine):
    """Every table's columns, keys, indexes and checks, as the database reports them."""
    inspector = inspect(engine)
    return {
        name: {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)
            ),
            "primary": plain(inspector.get_pk_constraint(name)),
            "foreign": foreign_keys(engine, inspector, name),
            "unique": sorted(map(plain, inspector.get_unique_constraints(name))),
            "indexes": sorted(map(plain, inspector.get_indexes(name))),
            "checks": sorted(map(plain, inspector.get_check_constraints(name))),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_it_finds_no_difference_between_models_and_migrations(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
        keys = ("add_fk", "remove_fk") if engine.dialect.name == "sqlite" else ()  # compared below
        assert [difference for difference in found if difference[0] not in keys] == []


def test_it_makes_the_same_tables_by_migration_as_by_the_models(engine, database_url):
    migrated = shape(engine)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)

    assert shape(engine) == migrated
    assert len(migrated) == len(Base.metadata.tables)


def test_it_migrates_twice_without_harm(database_url):
    migrate(database_url)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'half.db'}"
    first = create_engine(url)
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE submissions (id INTEGER)"))  # so that the migration fails
    first.dispose()

    with pytest.raises(OperationalError, match="submissions already exists"):
        migrate(url)

    engine = open_engine(url)
    assert inspect(engine).get_table_names() == ["submissions"]
    engine.dispose()


def test_gradings_that_ended_without_a_score_before_are_tried_again(engine):
    """Three attempts from before: without a score, without one now but with one before, waiting."""
    with writing(engine) as session:
        assignment = make_assignment(session)
        unscored, before = (make_submission(session, assignment) for _ in range(2))
        grade(session, row("a", None))
        grade(session, row("a"))
        gradings.rerun(session, before, by=before.submitter)
        grade(session, row("a", None))
        waits = make_submission(session, assignment)
        command.downgrade(configuration(session.connection()), "0002")
        command.upgrade(configuration(session.connection()), "head")
        session.expire_all()

        rows = [gradings.latest(session, submission) for submission in (unscored, before, waits)]
        assert [row.retry_at is not None for row in rows] == [True, True, False]
        assert [submission.given_back for submission in (unscored, before, waits)] == [True, False, False]
        assert list(retries.due(session)) == [rows[0].id, rows[1].id]


def test_it_migrates_a_database_from_before_marks_and_keeps_its_rows(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    first = open_engine(url)
    with writing(first) as session:
        command.upgrade(configuration(session.connection()), "0001")
        session.execute(
            text("INSERT INTO courses (slug, title, term, zone, created_at) VALUES ('nn', '', '', 'UTC', 0)")
        )
    first.dispose()

    migrate(url)

    engine = open_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM courses")).scalar() == 1
    assert "marks" in inspect(engine).get_table_names()
    engine.dispose()
