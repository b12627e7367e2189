"""Fixtures: a site on SQLite with a course, its people, an assignment and fake backends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from grader.database import open_engine
from tests.helpers.databases import sqlite_template
from tests.web.world import FakeBackends, World, build_world, make_site, show_alive

__all__ = ["sqlite_template"]


def open_quickly(path: Path) -> Engine:
    """An engine without synchronous writes, which only protect against power cuts."""
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda db, _: db.execute("PRAGMA synchronous=OFF").close())
    return engine


@pytest.fixture(scope="session")
def built(sqlite_template, tmp_path_factory) -> tuple[Path, World]:
    """(path, world) of a database with the course in it; each test copies the file."""
    path = tmp_path_factory.mktemp("world") / "store.db"
    shutil.copy(sqlite_template, path)
    engine = open_quickly(path)
    world = build_world(make_site(engine, FakeBackends()), engine)
    engine.dispose()
    return path, world


@pytest.fixture
def empty_engine(sqlite_template, tmp_path):
    path = tmp_path / "empty.db"
    shutil.copy(sqlite_template, path)
    engine = open_quickly(path)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(built, tmp_path):
    path = tmp_path / "store.db"
    shutil.copy(built[0], path)
    engine = open_quickly(path)
    yield engine
    engine.dispose()


@pytest.fixture
def backends():
    return FakeBackends()


@pytest.fixture
def app(engine, backends):
    return make_site(engine, backends)


@pytest.fixture
def world(built, app, engine) -> World:
    show_alive(engine)
    return replace(built[1], app=app, engine=engine)


@pytest.fixture
def other_world(empty_engine, backends):
    """A function that builds a world whose assignment has other dates or rules."""
    return lambda **terms: build_world(make_site(empty_engine, backends), empty_engine, **terms)
