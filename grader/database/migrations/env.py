"""Alembic runs this file: the migrations, over the connection of `grader.database.migrate`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from grader.database.models import Base


def plain(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """The code for one of our column types: the plain type that the database has."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    return f"sa.{item.impl!r}"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=plain,
    transactional_ddl=False,  # all of it runs in the caller's transaction
)
context.run_migrations()
