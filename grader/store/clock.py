"""The database's own clock, so that hosts whose clocks differ agree on leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement

from grader.store.types import Instant


class Now(ColumnElement[datetime]):
    """The database's clock at execution, `seconds` later (or earlier, if negative)."""

    inherit_cache = False

    def __init__(self, seconds: float = 0.0) -> None:
        self.type = Instant()
        self.seconds = float(seconds)


@compiles(Now, "sqlite")
def _sqlite(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{element.seconds:+.3f} seconds') || '000'"


@compiles(Now, "postgresql")
def _postgresql(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(clock_timestamp() + interval '{element.seconds:.3f} seconds')"


def database_now(session: Session) -> datetime:
    """The database's clock, in UTC."""
    return session.execute(select(Now())).scalar_one()
