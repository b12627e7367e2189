"""Engines and sessions: the same on SQLite and PostgreSQL.

On SQLite a session that may write takes the write lock at its start (BEGIN IMMEDIATE), so it waits for the
lock instead of failing later; readers never wait (WAL). Keep writing sessions short: don't call the runner or
Redis and don't render a template inside one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from grader.database.errors import ReadOnlySession

BUSY_TIMEOUT_MS = 15_000
PRAGMAS = (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_WRITES = "gradecheck_writes"


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://...` (psycopg 3)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, pool_size=pool_size)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() != "postgresql":
        raise ValueError(f"{parsed.get_backend_name()} is not a supported database; use sqlite or postgresql")
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=pool_size)


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves, below
    # SQLite's own lower() changes only ASCII letters
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that may write: committed at the end, rolled back after an exception."""
    with (
        Session(engine.execution_options(**{_WRITES: True}), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def may_write(session: Session) -> bool:
    """Whether the session was opened by `writing`."""
    return bool(session.get_bind().get_execution_options().get(_WRITES, False))


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads. Raises ReadOnlySession if a change is flushed."""
    with Session(engine, autoflush=False, expire_on_commit=False) as session:
        event.listen(session, "before_flush", _refuse)
        yield session


def _refuse(session: Session, *args: object) -> None:
    raise ReadOnlySession("this session only reads; open it with grader.database.writing")
