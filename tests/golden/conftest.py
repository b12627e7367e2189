"""The fixtures of the web tests, for the golden file of addresses."""

from tests.web.conftest import app, backends, built, engine, sqlite_template

__all__ = ["app", "backends", "built", "engine", "sqlite_template"]
