"""Rows in every table of a database of the first schema survive each migration, up and down."""

import zlib
from datetime import UTC, datetime

from alembic import command
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from grader.database.migrate import configuration
from grader.database.models import Base, Grading, Submission

T = datetime(2026, 10, 14, 12, 30, 15, 250_000, tzinfo=UTC)
SHA, ZIP = "a" * 64, "b" * 64
PACKED = zlib.compress(b"[]")
LONG = 2**40
"""More than 32 bits, for columns of 64."""
JOB = {"lane": 2, "turn": 3, "team_id": 1, "attempt": 1, "fence": LONG, "worker": "w-1", "created_at": T}
ENDED = {"lease_until": T, "wait_until": T, "progress": PACKED, "started_at": T, "finished_at": T}
POINTS = {
    "score": 55_500_000,
    "max_score": 85_000_000,
    "visible_score": 40_000_000,
    "visible_max": 60_000_000,
}
RESULT = {"title": "Größe ≤ 1", "visibility": "visible", "points": 10_000_000}

ROWS = {
    "beats": [
        {"name": "w-1", "kind": "worker", "slots": 2, "detail": "{}", "started_at": T, "seen_at": T},
    ],
    "blobs": [
        {"sha256": SHA, "size": 6, "data": b"x = 1\n", "created_at": T},
        {"sha256": ZIP, "size": LONG, "data": b"PK\x00\xff", "created_at": T},
    ],
    "courses": [
        {"id": 1, "slug": "nn", "title": "Réseaux", "term": "2026", "zone": "Europe/Zurich", "created_at": T},
    ],
    "users": [
        {
            "id": n,
            "email": email,
            "name": "李 雷",
            "password_hash": "$argon2id$",
            "operator": n == 2,
            "created_at": T,
        }
        for n, email in ((1, "li@example.org"), (2, "olga@example.org"))
    ],
    "audit": [
        {
            "id": 1,
            "at": T,
            "actor_id": 2,
            "course_id": 1,
            "action": "course.created",
            "subject": "course",
            "subject_id": LONG,
            "detail": '{"slug": "nn"}',
        },
    ],
    "enrolments": [
        {"id": n, "course_id": 1, "user_id": n, "role": role, "section": "A", "created_at": T}
        for n, role in ((1, "student"), (2, "instructor"))
    ],
    "logins": [
        {"id": 1, "token_hash": SHA, "user_id": 1, "created_at": T, "seen_at": T, "expires_at": T},
    ],
    "packs": [{"id": 1, "course_id": 1, "slug": "mine", "created_at": T}],
    "teams": [
        {"id": 1, "course_id": 1, "name": "solo", "solo_user_id": 1},
        {"id": 2, "course_id": 1, "name": "both", "solo_user_id": None},
    ],
    "jobs": [
        {"id": 1, "kind": "grading", "state": "done", "failure": "", **JOB, **ENDED},
        {"id": 2, "kind": "grading", "state": "failed", "failure": "no runner", **JOB, **ENDED},
        {"id": 3, "kind": "pack_check", "state": "queued", "failure": "", **JOB, **dict.fromkeys(ENDED)},
    ],
    "pack_versions": [
        {
            "id": 1,
            "public_id": "v1",
            "pack_id": 1,
            "number": LONG,
            "title": "Mine",
            "content_digest": "c" * 64,
            "grading_digest": "g" * 64,
            "zip_sha256": ZIP,
            "state": "published",
            "check_report": PACKED,
            "uploaded_by_id": 2,
            "created_at": T,
            "published_at": T,
        },
    ],
    "team_members": [{"team_id": 1, "user_id": 1}, {"team_id": 2, "user_id": 2}],
    "assignments": [
        {
            "id": 1,
            "course_id": 1,
            "pack_version_id": 1,
            "slug": "mine",
            "title": "Mine",
            "opens_at": T,
            "due_at": T,
            "closes_at": T,
            "release": "published",
            "published_at": T,
            "attempts": 5,
            "secret": b"\x00secret",
            "created_at": T,
        },
    ],
    "pack_checks": [{"id": 3, "pack_version_id": 1}],
    "submissions": [
        {
            "id": n,
            "public_id": f"s{n}",
            "assignment_id": 1,
            "team_id": team,
            "number": 1,
            "submitter_id": team,
            "created_at": T,
        }
        for n, team in ((1, 1), (2, 2))
    ],
    "gradings": [
        {"id": 1, "submission_id": 1, "pack_version_id": 1, "report": PACKED, "mode": "full", **POINTS},
        {
            "id": 2,
            "submission_id": 2,
            "pack_version_id": 1,
            "report": None,
            "mode": None,
            **dict.fromkeys(POINTS),
        },
    ],
    "submission_files": [
        {"submission_id": n, "position": 0, "name": "mlp.py", "sha256": SHA} for n in (1, 2)
    ],
    "results": [
        {
            "grading_id": 1,
            "test_id": "a",
            "position": 0,
            "verdict": "passed",
            "cause": None,
            "earned": 10_000_000,
        },
        {
            "grading_id": 1,
            "test_id": "b",
            "position": 1,
            "verdict": "internal",
            "cause": "pack",
            "earned": None,
        },
    ],
    "standing": [
        {
            "assignment_id": 1,
            "team_id": 1,
            "state": "graded",
            "attempts": 1,
            "last_at": T,
            "counts_id": 1,
            "grading_id": 1,
            "points": 55_500_000,
            "max_points": 85_000_000,
            "visible_counts_id": 1,
            "visible_points": 40_000_000,
            "visible_max": 60_000_000,
            "late_days": 2,
        },
    ],
}
for row in ROWS["results"]:
    row |= RESULT


def test_rows_in_every_table_of_the_first_schema_survive_all_migrations_up_and_down(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        config = configuration(connection)
        command.downgrade(config, "base")
        command.upgrade(config, "0001")
        first = tables_of(connection)
        assert set(first) == set(ROWS)
        for name, table in first.items():
            connection.execute(table.insert(), ROWS[name])
        stored = contents(connection, first)
        assert without_a_value(stored) == []

        command.upgrade(config, "head")
        assert contents(connection, first) == stored == expected(connection)
        assert_that_the_models_read(connection, stored)

        command.downgrade(config, "0001")
        assert {name: columns_of(table) for name, table in tables_of(connection).items()} == {
            name: columns_of(table) for name, table in first.items()
        }
        assert contents(connection, first) == stored
        transaction.rollback()


def tables_of(connection):
    """The tables that the database has now by name, each after those that its rows refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {table.name: table for table in metadata.sorted_tables if table.name != "alembic_version"}


def columns_of(table):
    return {(column.name, str(column.type), column.nullable) for column in table.columns}


def contents(connection, tables):
    """{table: rows in order of their keys} of these columns, as they are stored."""
    return {
        name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for name, table in tables.items()
    }


def expected(connection):
    """ROWS as they are read back; SQLite stores times in UTC, without a zone."""
    sqlite = connection.dialect.name == "sqlite"

    def read(value):
        return value.replace(tzinfo=None) if sqlite and isinstance(value, datetime) else value

    return {
        name: [{key: read(value) for key, value in row.items()} for row in rows]
        for name, rows in ROWS.items()
    }


def without_a_value(stored):
    """Columns that are empty in all rows, whose loss would not show."""
    return [
        (name, column)
        for name, rows in stored.items()
        for column in rows[0]
        if all(r[column] is None for r in rows)
    ]


def assert_that_the_models_read(connection, stored):
    """Today's models load every row, and find in the columns that were added what old rows must have."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    with Session(connection, join_transaction_mode="rollback_only") as session:
        for name, rows in stored.items():
            if name in models:
                assert len(session.scalars(select(models[name])).unique().all()) == len(rows)
        graded, unscored = session.scalars(select(Grading).order_by(Grading.id)).all()
        assert (graded.retry_at, unscored.retry_at is None) == (None, False)
        given_back = select(Submission.given_back).order_by(Submission.id)
        assert session.scalars(given_back).all() == [False, True]
        course, assignment = graded.submission.assignment.course, graded.submission.assignment
        assert (course.grace_days, course.late_percent, course.archived_at) == (0, None, None)
        assert (assignment.counting, assignment.group_size, assignment.late_free) == ("best", 1, False)
        assert (graded.submission.created_at, graded.score) == (T, 55.5)
