"""Fixtures: a site on SQLite with a course, its people, an assignment and a world outside that obeys."""

from __future__ import annotations

import shutil

import pytest

from grader.store import open_engine
from tests.services.databases import sqlite_template
from tests.web.world import FakeOutside, World, build_world, make_site

__all__ = ["sqlite_template"]


@pytest.fixture
def engine(sqlite_template, tmp_path):
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def outside():
    return FakeOutside()


@pytest.fixture
def app(engine, outside):
    return make_site(engine, outside)


@pytest.fixture
def world(app, engine) -> World:
    return build_world(app, engine)
