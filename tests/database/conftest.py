from tests.helpers.databases import database_url, engine, postgres, postgres_admin, sqlite_template

__all__ = ["database_url", "engine", "postgres", "postgres_admin", "sqlite_template"]
