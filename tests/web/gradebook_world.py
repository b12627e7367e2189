"""What the pages of a gradebook need: categories, a column of an exam, a kept file."""

from __future__ import annotations

from decimal import Decimal

from grader.database import blobs, categories, columns, courses, gradebook, writing
from grader.database.columns import ColumnTerms, Entry
from grader.database.models import User
from tests.web.world import World
from web.security import signed


def make_gradebook(world: World, marks: dict[str, str] | None = None) -> dict[str, object]:
    """The usual categories with a column "Exam" of 50 points in the midterm's, and these marks by name.
    Returns the column's id, and the token of a kept file by its blueprint."""
    with writing(world.engine) as session:
        by = session.get_one(User, world.people["instructor"].id)
        course = courses.by_slug(session, world.course.slug)
        assert course is not None
        categories.make_usual(session, course, by=by)
        home = next(row for row in gradebook.categories_of(session, course) if row.name == "Midterm")
        column = columns.create(session, course, ColumnTerms("Exam", home.id, Decimal(50)), by=by)
        session.flush()
        entries = {world.people[name].id: Entry(Decimal(points)) for name, points in (marks or {}).items()}
        columns.store(session, column, entries, by=by)
        digest = blobs.store(session, b"[]")
    with world.app.test_request_context():
        token = signed.sign("marks", [world.course.id, digest, world.people["instructor"].id])
    return {"column": column.id, "gradebook_import": token}
