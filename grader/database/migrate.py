"""Migrates the tables of a database to this version of the program."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url, text

from grader.database.engine import open_engine, writing

LOCK = 7_205_759_403  # any number, the same in all processes: one migrates, the others wait


def configuration(connection: Connection) -> Config:
    """Alembic's settings for the migrations in this package, over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _make_private(url: str) -> None:
    """A new SQLite file can be read only by its owner; SQLite gives its journals the same mode."""
    parsed = make_url(url)
    path = parsed.database or ""
    if (
        parsed.get_backend_name() == "sqlite"
        and path not in ("", ":memory:")
        and not path.startswith("file:")
    ):
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def migrate(url: str) -> None:
    """Apply every migration that the database lacks, in one transaction; does nothing if it lacks none."""
    _make_private(url)
    engine = open_engine(url)
    try:
        with writing(engine) as session:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()
