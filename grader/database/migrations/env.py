"""Alembic's entry: runs the migrations over the connection that `grader.database.migrate` gives."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from grader.database.models import Base


def plain(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Write a column type of ours as the plain type that the database sees."""
    if kind != "type" or not isinstance(thing, TypeDecorator):
        return False
    return f"sa.{thing.impl!r}"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=plain,
    transactional_ddl=False,  # the caller's transaction holds everything
)
context.run_migrations()
