"""The database's clock: leases use it, since the clocks of the hosts may differ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from grader.database.types import Instant


class Now(FunctionElement[datetime]):
    """The time of the database at execution, plus `seconds` (which may be negative)."""

    inherit_cache = True
    name = "gradecheck_now"
    type = Instant()

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(literal(float(seconds), Float()))


@compiles(Now, "sqlite")
def _sqlite(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"strftime('%Y-%m-%d %H:%M:%f', 'now', printf('%+.3f seconds', {seconds})) || '000'"


@compiles(Now, "postgresql")
def _postgresql(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **kw)}))"


def database_now(session: Session) -> datetime:
    """The time of the database, in UTC."""
    return session.execute(select(Now())).scalar_one()
