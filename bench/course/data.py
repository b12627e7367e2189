"""Fills an empty PostgreSQL with a course. The database makes the rows itself, so that it takes minutes.

Attempt after attempt a student passes more tests; in one failed test of five a mistake is named.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bench.course import extras, lines, statements
from bench.course.sizes import Sizes
from grader.database import assignments, courses, packs, reading, users, writing
from grader.database.models import Assignment, Course, CourseRole, TeamMember, User
from grader.database.types import POINTS_SCALE, PackedJSON
from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.grading.report_json import to_json
from grader.local.shipped import new_version, ship_packs
from grader.packs import Pack
from grader.values import Mode, Verdict

COURSE, STUDENT = "bench", "s7@example.org"
WEEK = timedelta(days=7)
MISTAKES = (
    "slope-left-out", "slope-at-h", "weights-transposed", "path-averaged", "weights-from-x",
    "stops:ValueError", "unnamed:ratio", "slope-sign", "input-left-out", "weights-last-row",
)  # fmt: skip


def fill(engine: Engine, sizes: Sizes, now: datetime) -> None:
    """Make the course: its last assignment is open, the others are over."""
    shipped = ship_packs(engine)
    with writing(engine) as session:
        course, made = _course(session, shipped, sizes, now)
    given = {"students": sizes.students, "course": course.id, "now": now}
    for statement in (statements.USERS, statements.ENROLMENTS):
        _run(engine, statement, given)
    for assignment, pack in made:
        values = _values(assignment, pack, sizes)
        for statement in statements.OF_AN_ASSIGNMENT:
            _run(engine, statement, values)
        with writing(engine) as session:
            extras.store_files(session, assignment.id, pack, now)
    given["team"] = _team(engine)
    for statement in (*extras.AFTER, *lines.AFTER, *statements.AFTER):
        _run(engine, statement, given)


def _team(engine: Engine) -> int:
    """The team of the student whose pages are asked for."""
    with reading(engine) as session:
        query = select(TeamMember.team_id).join(User, User.id == TeamMember.user_id)
        return session.scalars(query.where(User.email == STUDENT)).one()


def _run(engine: Engine, statement: str, values: dict[str, Any]) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        query = text(statement)
        connection.execute(query, {name: values[name] for name in query.compile().params})


def _course(
    session: Session, shipped: dict[str, Pack], sizes: Sizes, now: datetime
) -> tuple[Course, list[tuple[Assignment, Pack]]]:
    course = courses.create(session, COURSE, "Neural Networks", zone="Europe/Zurich")
    for name, role in (("ta", CourseRole.TA), ("instructor", CourseRole.INSTRUCTOR)):
        staff = users.create(session, f"{name}@example.org", name.title(), "no hash")
        courses.enrol(session, course, staff, role)
    users.create(session, "operator@example.org", "Operator", "no hash", operator=True)
    made = []
    for number, (slug, pack) in enumerate(list(shipped.items())[: sizes.assignments]):
        due = now + timedelta(days=1) - WEEK * (sizes.assignments - 1 - number)
        terms = assignments.Terms(due - 2 * WEEK, due, due + timedelta(days=2))
        version = packs.ship(session, new_version(pack))  # it was shipped before, so this only finds it
        made.append((assignments.create(session, course, version, slug, pack.title, terms, by=None), pack))
    session.flush()
    return course, made


def _values(assignment: Assignment, pack: Pack, sizes: Sizes) -> dict[str, Any]:
    rows = pack.tests
    return {
        "course": assignment.course_id,
        "assignment": assignment.id,
        "version": assignment.pack_version_id,
        "opens": assignment.opens_at,
        "due": assignment.due_at,
        "attempts": sizes.attempts,
        "tests": len(rows),
        "ids": [row.id for row in rows],
        "titles": [row.title for row in rows],
        "points": [int(row.points * POINTS_SCALE) for row in rows],
        "visibilities": [str(row.visibility) for row in rows],
        "most": int(sum(row.points for row in rows) * POINTS_SCALE),
        "mistakes": list(MISTAKES),
        "known": len(MISTAKES),
        "report": PackedJSON().process_bind_param(to_json(_report(pack)), None),  # type: ignore[arg-type]
    }


def _report(pack: Pack) -> Report:
    """A report of the usual length in which every test failed, some by a line that was found."""
    return Report(
        pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
        files=(GradedFile(pack.names[0], "0" * 64),),
        results=tuple(
            Result(
                id=row.id,
                title=row.title,
                points=row.points,
                visibility=row.visibility,
                verdict=Verdict.FAILED,
                earned=row.points * 0,
                message=f"{row.title}: the largest difference is 0.125, where at most 1e-6 is allowed.",
                line=lines.line_of(pack, position),
            )
            for position, row in enumerate(pack.tests)
        ),
        mode=Mode.UNPRIVILEGED,
    )
