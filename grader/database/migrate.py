"""Migrates the tables of a database to this version of the program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from grader.database.engine import open_engine, writing

LOCK = 7_205_759_403  # any number, the same in all processes: one migrates, the others wait


def configuration(connection: Connection) -> Config:
    """Alembic's settings for the migrations in this package, over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(url: str) -> None:
    """Apply every migration that the database lacks, in one transaction; does nothing if it lacks none."""
    engine = open_engine(url)
    try:
        with writing(engine) as session:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()
