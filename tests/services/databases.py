"""Fixtures: every test that asks for `database_url` or `engine` runs on SQLite and on PostgreSQL.

The tables are migrated once a server; each test gets a copy of that database.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from grader.store import migrate, open_engine
from tests.services.postgres import MISSING, postgres_server, programs

KINDS = ["sqlite", "postgresql"]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL pattern of a running server that has a migrated database `template`."""
    if programs() is None:
        pytest.skip(MISSING)
    with postgres_server() as pattern:
        _execute(pattern, "CREATE DATABASE template")
        migrate(pattern.format(database="template"))
        yield pattern


def _execute(pattern: str, statement: str) -> None:
    url = pattern.format(database="postgres").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of its own."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    pattern: str = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    _execute(pattern, f"CREATE DATABASE {name} TEMPLATE template")
    yield pattern.format(database=name)
    _execute(pattern, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
