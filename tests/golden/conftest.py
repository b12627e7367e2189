"""The site of the web tests, whose addresses are pinned here."""

from tests.web.conftest import app, backends, built, engine, sqlite_template

__all__ = ["app", "backends", "built", "engine", "sqlite_template"]
