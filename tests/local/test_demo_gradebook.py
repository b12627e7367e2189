"""The demo's gradebook."""

import pytest

from grader.database import gradebook, open_engine, writing
from grader.local import demo_gradebook
from tests.helpers.databases import sqlite_template
from tests.helpers.factories import NOON, make_course, make_user

__all__ = ["sqlite_template"]


@pytest.fixture
def engine(sqlite_template):
    engine = open_engine(f"sqlite:///{sqlite_template}")
    yield engine
    engine.dispose()


def test_the_demo_has_marks_of_which_some_are_published(engine):
    with writing(engine) as session:
        course = make_course(session)
        by, students = make_user(session, "elena"), [make_user(session, "s", course) for _ in range(6)]
        demo_gradebook.seed(session, course, students, NOON, by=by)

        book = gradebook.load(session, course, None, NOON)

        assert [item.title for item in book.published().items] == ["Homework 1", "Midterm"]
        assert [len(row) for row in book.cells.values()] == [3, 3, 3, 3, 3, 2]
        session.rollback()
