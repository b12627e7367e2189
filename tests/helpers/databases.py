"""Fixtures: every test with `database_url` or `engine` runs on SQLite and on PostgreSQL.

The tables are migrated once, and are empty for each test. The database of every test has the same address,
so that its engine can use what earlier tests compiled.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from grader.database import migrate, open_engine
from grader.database.models import Base
from tests.helpers.postgres import MISSING, postgres_server, programs

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(scope="session")
def postgres(servers: None) -> Iterator[str]:
    """URL of a migrated database on a running server."""
    if programs() is None:
        pytest.skip(MISSING)
    with postgres_server() as url:
        migrate(url)
        yield url


# TRUNCATE makes new files for each table and index: it takes thirty times as long. Without the triggers of
# foreign keys the order of the tables does not matter.
_EMPTY = """
DO $$
DECLARE name text; filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOREACH name IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO filled;
    IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  PERFORM setval(sequencename::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


def _empty(admin: Engine) -> None:
    """End every other session on the database, delete all rows, and begin all ids at 1 again."""
    tables = ", ".join(f"'{table.name}'" for table in Base.metadata.sorted_tables)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with admin.begin() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        connection.exec_driver_sql(_EMPTY.format(tables=tables))


@pytest.fixture(scope="session")
def postgres_admin(postgres: str) -> Iterator[Engine]:
    """An engine of the tests' own on the database of `postgres`."""
    engine = open_engine(postgres, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def fresh_copy(template: Path, name: str = "store.db") -> Path:
    """A copy of the file in its folder, in the place of the copy that an earlier test used."""
    for left in template.parent.glob(f"{name}*"):  # with the journals of a process that was killed
        left.unlink()
    return Path(shutil.copy(template, template.with_name(name)))


@cache
def _opened(url: str) -> Engine:
    """SQLAlchemy compiles each statement once for an engine, which takes longer than to carry it out."""
    engine = open_engine(url)
    engine.update_execution_options(compiled_cache={})
    if engine.dialect.name == "sqlite":  # without waiting for the disk, tests are much faster
        event.listen(engine, "connect", lambda db, _: db.execute("PRAGMA synchronous=OFF").close())
    return engine


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """An engine for one test: its own connections and listeners, and the statements that all tests share."""
    engine = _opened(url).execution_options()
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{fresh_copy(request.getfixturevalue('sqlite_template'))}"
        return
    url: str = request.getfixturevalue("postgres")
    _empty(request.getfixturevalue("postgres_admin"))
    yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own."""
    with engine_on(database_url) as engine:
        yield engine
