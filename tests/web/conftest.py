"""Fixtures: a site on SQLite with a course, its people, an assignment and fake backends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.helpers.databases import engine_on, fresh_copy, sqlite_template
from tests.helpers.passwords import cheap_passwords
from tests.web.world import FakeBackends, World, build_world, make_site, show_alive

__all__ = ["cheap_passwords", "sqlite_template"]


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Every test that logs in would otherwise spend most of its time in argon2."""


@pytest.fixture(scope="session")
def built(sqlite_template) -> tuple[Path, World]:
    """(path, world) of a database with the course in it; each test copies the file."""
    return build(
        sqlite_template, "world.db", lambda engine: build_world(make_site(engine, FakeBackends()), engine)
    )


def build(template: Path, name: str, fill: Callable[[Engine], World]) -> tuple[Path, World]:
    """(path, world) of a copy of the template that `fill` has filled; the file is beside the template."""
    path = fresh_copy(template)
    with engine_on(f"sqlite:///{path}") as engine:
        world = fill(engine)
    return path.replace(path.with_name(name)), world


@pytest.fixture
def empty_engine(sqlite_template):
    with engine_on(f"sqlite:///{fresh_copy(sqlite_template, 'empty.db')}") as engine:
        yield engine


@pytest.fixture
def engine(built):
    with engine_on(f"sqlite:///{fresh_copy(built[0])}") as engine:
        yield engine


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
