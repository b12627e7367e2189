"""Column types that behave alike on SQLite and PostgreSQL, and refuse what one of them would spoil."""

from __future__ import annotations

import enum
import json
import zlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

POINTS_SCALE = 1_000_000
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only plain INTEGER keys


def by_value(kind: type[enum.StrEnum], name: str = "") -> Enum:
    """A text column that stores the values of `kind` and refuses all others; `name` is that of its
    constraint in the database where it is not the class's."""
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
    """An instant in UTC. Naive values are refused, any zone is turned into UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; instants are stored in UTC")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(TypeDecorator[Decimal]):
    """Exact points, kept as millionths, since SQLite has no decimals."""

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


class Words(TypeDecorator[str]):
    """Text of any length from outside. What PostgreSQL can't keep (NUL, lone surrogates) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class PlainJSON(TypeDecorator[Any]):
    """Small JSON kept as ASCII text that a human can read in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class PackedJSON(TypeDecorator[Any]):
    """Large JSON (a report), compressed; it may hold any text that a program printed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), level=1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(zlib.decompress(value))
