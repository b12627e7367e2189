"""Column types that behave the same on SQLite and PostgreSQL, and refuse values that one of them changes."""

from __future__ import annotations

import enum
import json
import zlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.types import TypeDecorator

POINTS_SCALE = 1_000_000
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in plain INTEGER keys


def by_value(kind: type[enum.StrEnum], name: str = "") -> Enum:
    """A text column that stores the values of `kind` and refuses all others; `name` is the name of its
    constraint in the database, by default that of the class."""
    values = [str(member) for member in kind]
    return Enum(
        kind,
        values_callable=lambda _: values,
        native_enum=False,
        create_constraint=True,
        name=name or kind.__name__.lower(),
        length=max(16, *(len(value) for value in values)),
    )


class Instant(TypeDecorator[datetime]):
    """A time in UTC. Values without a time zone are refused, other zones are converted."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; times are stored in UTC")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(TypeDecorator[Decimal]):
    """Exact points, stored as millionths, since SQLite has no decimal type."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * POINTS_SCALE).to_integral_value())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(value) / POINTS_SCALE).normalize() + 0


class Rank(TypeDecorator[enum.IntEnum]):
    """An IntEnum, stored as its number, so that the database can sort by it."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[enum.IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: enum.IntEnum | None, dialect: Dialect) -> int | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: int | None, dialect: Dialect) -> enum.IntEnum | None:
        return None if value is None else self.kind(value)


class Unstorable(ValueError):
    """A text that no column of type `Line` holds, so that no row can have it either."""


class Line(TypeDecorator[str]):
    """A short text that names something: at most `length` characters, no NUL, no lone surrogates.

    Other values are refused with Unstorable (inside SQLAlchemy's StatementError), also in a condition: SQLite
    would store or compare all of them, PostgreSQL only some.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if len(value) > self.length:
            raise Unstorable(f"{len(value)} characters; at most {self.length} can be stored")
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise Unstorable("has NUL or a lone surrogate, which can't be stored")
        return value


class Words(TypeDecorator[str]):
    """Any text of users. Characters that PostgreSQL can't store (NUL, lone surrogates) become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class PlainJSON(TypeDecorator[Any]):
    """Small JSON stored as ASCII text that a human can read in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class PackedJSON(TypeDecorator[Any]):
    """Large JSON (a report), compressed; it may contain any text that a program printed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), level=1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(zlib.decompress(value))
