"""The declarative base: names of constraints, and the column types of Python types."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from grader.database.types import Instant, Key, Line, Points, Words

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(Key, primary_key=True)]
Digest = Annotated[str, mapped_column(Line(64))]  # a sha256 in hex


def utc_now() -> datetime:
    """The time of this host; leases use the database's clock instead."""
    return datetime.now(UTC)


CreatedAt = Annotated[datetime, mapped_column(default=utc_now)]


class Base(DeclarativeBase):
    """Every table's base class."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own name and type)
        datetime: Instant(),
        Decimal: Points(),
        str: Words(),
        bytes: LargeBinary(),
        int: BigInteger(),
    }


def to(column: str, ondelete: str = "RESTRICT") -> ForeignKey:
    """A foreign key to `table.column`; by default the row that it refers to can't be deleted."""
    return ForeignKey(column, ondelete=ondelete)
