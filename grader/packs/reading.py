"""Reads a Manifest from the bytes of pack.toml, with every fault in one list."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.packs.errors import PackError
from grader.packs.manifest import (
    FILE_NAME,
    MISTAKE_ID,
    MISTAKE_PATH,
    NEED,
    PACK_ID,
    PYTHON_NAME,
    TEST_ID,
    DiagnosisTable,
    EditRow,
    FileRow,
    LimitsTable,
    Manifest,
    MistakeRow,
    OwnLimits,
    StubsTable,
    TestRow,
)
from grader.values.faults import Fault

NAME = "pack.toml"
LARGEST = 262_144  # bytes
MOST_PARTS = 32  # of a dotted key: the TOML parser's time grows with their square, its memory too
MOST_FAULTS = 1000
_STRING_OR_COMMENT = re.compile(
    r"""(?:\"{3}(?:\\.|(?!\"{3})[^\\])*+(?:\"{3})?+
      | '{3}(?:(?!'{3}).)*+(?:'{3})?+
      | \"(?:\\.|[^"\\\n])*+\"?+
      | '[^'\n]*+'?+)
      | (?P<comment>\#[^\n]*+)""",
    re.VERBOSE | re.DOTALL,
)
_LONG_KEY = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{MOST_PARTS}}}")
_RULES: Mapping[str, str] = {
    "extra_forbidden": "unknown key",
    "missing": "must be stated",
    "bool_type": "must be true or false",
    "string_type": "must be a string in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "is_instance_of": "must be a number",
    "decimal_type": "must be a number",
    "decimal_max_places": "must have at most 2 decimal places",
    "finite_number": "must be finite",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
}
_TABLES: Mapping[str, type[BaseModel]] = {
    "files": FileRow,
    "tests": TestRow,
    "mistakes": MistakeRow,
    "limits": LimitsTable,
    "diagnosis": DiagnosisTable,
    "stubs": StubsTable,
}
_PATTERNS: Mapping[str, str] = {
    TEST_ID: "must be the name of a pytest function: test_, then lowercase letters, digits and _",
    NEED: "must be the id of a row, or ids of rows joined by “ or ”",
    PACK_ID: "must be lowercase letters, digits and -, beginning with a letter",
    FILE_NAME: "must be a file's name: letters, digits, _ and -, then one dot and a short suffix",
    PYTHON_NAME: "must be a Python name",
    MISTAKE_ID: "must be lowercase letters, digits and _, beginning with a letter",
    MISTAKE_PATH: "must be mistakes/ and the name of one file or folder in it",
}
_NAMES = ("id", "name", "path", "fails", "files", "tests", "mistakes")
_DEFAULTS: Mapping[str, object] = {
    "format": 1,
    "title": "untitled",
    "runtime": "numpy",
    "kind": "python",
    "points": 1,
    "why": "unstated",
}


def read_manifest(data: bytes) -> tuple[Manifest | None, tuple[Fault, ...]]:
    """The manifest in these bytes, and every fault of the schema. Faulty keys are left out of the manifest,
    so that the rest can be checked; None if that is not possible."""
    try:
        table = _table(data)
    except PackError as error:
        return None, error.faults
    manifest, details = _validated(table)
    if manifest is None:
        for detail in details:
            _repair(table, detail["loc"])
        manifest, _ = _validated(table)
    shown = [detail for detail in details if not _follows(detail)]
    return manifest, tuple(_fault(detail) for detail in shown[:MOST_FAULTS])


def _validated(table: dict[str, Any]) -> tuple[Manifest | None, list[ErrorDetails]]:
    try:
        return Manifest.model_validate(table), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _repair(table: dict[str, Any], place: tuple[int | str, ...]) -> None:
    """Remove a faulty key, or replace its value by a default. Names and ids are not changed."""
    parent: Any = table
    for part in place[:-1]:
        parent = parent[part]  # pydantic reported this place, so it exists
    key = place[-1]
    if isinstance(parent, list) and place[-2] == "needs":
        parent.clear()
    if key == "points":
        table.pop("total", None)  # it can't be compared with a faulty sum
    if not isinstance(parent, dict) or key in _NAMES:
        return
    if key == "visibility" and isinstance(
        place[1], int
    ):  # like the row before, so that the order stays right
        before = table["tests"][place[1] - 1] if place[1] else {}
        parent[key] = before.get("visibility", "visible") if isinstance(before, dict) else "visible"
    elif key in _DEFAULTS:
        parent[key] = _DEFAULTS[str(key)]
    else:
        parent.pop(str(key), None)


def _table(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise PackError([Fault(NAME, "size", f"{len(data)} bytes", f"must be at most {LARGEST} bytes")])
    try:
        text = data.decode("utf-8-sig")
        if long_key := _long_key(text):
            rule = f"must have at most {MOST_PARTS} parts"
            raise PackError([Fault(NAME, "a dotted key", "", rule, long_key)])
        return _bounded(tomllib.loads(text, parse_float=_number))
    except UnicodeDecodeError as error:
        raise PackError([Fault(NAME, f"byte {error.start}", "", "must be UTF-8 text")]) from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        if reason.startswith("Exceeds the limit"):  # of Python, for the digits of one whole number
            reason = "a whole number of thousands of digits; at most 64 bits are allowed"
        line = re.search(r"at line (\d+)", reason)
        raise PackError(
            [Fault(NAME, "", "", f"is not valid TOML: {reason}", int(line[1]) if line else 0)]
        ) from None


def _long_key(text: str) -> int:
    """The line of the first dotted key with more than MOST_PARTS parts, 0 if there is none."""
    plain = _STRING_OR_COMMENT.sub(lambda m: "" if m["comment"] else "q" + "\n" * m[0].count("\n"), text)
    found = _LONG_KEY.search(plain)
    return plain.count("\n", 0, found.start()) + 1 if found else 0


def _bounded(table: dict[str, Any]) -> dict[str, Any]:
    """The table, if each whole number in it has 64 bits, as TOML asks. Python can't even write out one of
    more than 4,300 digits, so a larger one is refused before anything else looks at it."""
    parts: list[Any] = [table]
    while parts:
        part = parts.pop()
        if isinstance(part, dict | list):
            parts.extend(part.values() if isinstance(part, dict) else part)
        elif isinstance(part, int) and not -(2**63) <= part < 2**63:
            raise ValueError(f"a whole number of {part.bit_length()} bits; at most 64 bits are allowed")
    return table


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]} is not a number") from None


def _fault(detail: ErrorDetails) -> Fault:
    kind, value = detail["type"], detail["input"]
    key = _key(detail["loc"])
    rule = _PATTERNS.get(detail.get("ctx", {}).get("pattern", "")) or _RULES.get(kind)
    rule = rule or _sentence(detail["msg"])
    if kind == "extra_forbidden":
        rule += _known(detail["loc"])
    shown = "missing" if kind == "missing" else _shown(value)
    return Fault(NAME, key, shown, rule)


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is too short only because its rows were refused; those faults are listed already."""
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
    """ ", did you mean X?" or the keys of this table, to follow "unknown key"."""
    known = sorted(_model(place).model_fields)
    near = difflib.get_close_matches(str(place[-1])[:80], known, n=1)
    return f", did you mean {near[0]}?" if near else f"; known keys: {', '.join(known)}"


def _model(place: tuple[int | str, ...]) -> type[BaseModel]:
    names: Iterator[str] = (part for part in place[:-1] if isinstance(part, str))
    first, second = next(names, ""), next(names, "")
    within: Mapping[str, type[BaseModel]] = {"limits": OwnLimits, "edit": EditRow}
    return within.get(second) or _TABLES.get(first, Manifest)
