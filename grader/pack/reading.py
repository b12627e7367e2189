"""From the bytes of pack.toml to a Manifest, with every fault in one list."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.pack.faults import Fault, PackError
from grader.pack.manifest import (
    FileRow,
    LimitsTable,
    Manifest,
    MistakeRow,
    OwnLimits,
    TestRow,
)

NAME = "pack.toml"
LARGEST = 262_144  # bytes
_RULES: Mapping[str, str] = {
    "extra_forbidden": "unknown key",
    "missing": "must be stated",
    "bool_type": "must be true or false",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "is_instance_of": "must be a number",
    "decimal_type": "must be a number",
    "decimal_max_places": "must have at most 2 decimals",
    "finite_number": "must be finite",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
}
_TABLES: Mapping[str, type[BaseModel]] = {
    "files": FileRow,
    "tests": TestRow,
    "mistakes": MistakeRow,
    "limits": LimitsTable,
}


def parse(data: bytes) -> Manifest:
    """The manifest in these bytes; PackError lists every fault of the schema at once."""
    try:
        return Manifest.model_validate(_table(data))
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise PackError(_fault(detail) for detail in details if not _follows(detail)) from None


def _table(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise PackError([Fault(NAME, "size", f"{len(data)} bytes", f"at most {LARGEST} bytes are read")])
    try:
        return tomllib.loads(data.decode("utf-8"), parse_float=_number)
    except UnicodeDecodeError as error:
        raise PackError([Fault(NAME, f"byte {error.start}", "", "must be UTF-8 text")]) from None
    except (ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise PackError([Fault(NAME, "", "", f"not TOML: {words}")]) from None


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]} is no number") from None


def _fault(detail: ErrorDetails) -> Fault:
    kind, value = detail["type"], detail["input"]
    key = _key(detail["loc"])
    rule = _RULES.get(kind) or _sentence(detail["msg"])
    if kind == "extra_forbidden":
        rule += _known(detail["loc"])
    shown = "missing" if kind == "missing" else _shown(value)
    return Fault(NAME, key, shown, rule)


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is only too short because its rows, which are listed, were refused."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _key(place: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).lstrip(".")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, int | float | Decimal) else repr(value)


def _sentence(message: str) -> str:
    plain = message.removeprefix("Value error, ").replace("Input should be", "must be")
    plain = plain.replace("Input should", "must").replace("String should", "must")
    return plain.replace("should", "must")


def _known(place: tuple[int | str, ...]) -> str:
    """ ", did you mean X" or the keys that this table has."""
    known = sorted(_model(place).model_fields)
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    return f", did you mean {near[0]}?" if near else f", known are {', '.join(known)}"


def _model(place: tuple[int | str, ...]) -> type[BaseModel]:
    names: Iterator[str] = (part for part in place[:-1] if isinstance(part, str))
    first, second = next(names, ""), next(names, "")
    return OwnLimits if second == "limits" else _TABLES.get(first, Manifest)
