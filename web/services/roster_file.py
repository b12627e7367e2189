"""Reads a CSV file with the people of a course: rows come out, or every fault with its line."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.database.errors import StoreError
from grader.database.models import CourseRole
from grader.database.names import checked_email, checked_line
from grader.database.people import LONGEST_SECTION
from grader.database.roster import Row
from grader.values.text import has_controls, one_line

LARGEST = 1_000_000
"""Bytes of a file."""
MOST_ROWS = 5_000
MOST_FAULTS = 50
NAMES = {
    "email": ("email", "e-mail", "mail", "email address", "e-mail address"),
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "given name", "firstname"),
    "last": ("last name", "family name", "surname", "lastname"),
    "section": ("section", "group", "tutorial"),
    "role": ("role",),
}
"""The heads of columns that are understood, in lower case."""
DEFUSED = ("'=", "'+", "'-", "'@")
"""How a cell begins that our own export has changed, so that spreadsheets don't take it for a formula."""
ROLES = {"": None, "student": CourseRole.STUDENT, "ta": CourseRole.TA, "instructor": CourseRole.INSTRUCTOR}


class BadFile(Exception):
    """The file can't be used; `faults` are sentences for the person who uploaded it."""

    def __init__(self, *faults: str) -> None:
        super().__init__(faults[0])
        self.faults = faults


@dataclass(frozen=True)
class _Heads:
    """The place of each column that is understood."""

    places: Mapping[str, int]

    def cell(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        text = (cells[place] if place is not None and place < len(cells) else "").strip()
        return unicodedata.normalize("NFC", text[1:] if text[:2] in DEFUSED else text)


def read(data: bytes) -> tuple[Row, ...]:
    """The people in a file: UTF-8 or UTF-16, separated by commas, semicolons or tabs, with heads in its first
    line. Raises BadFile with every fault, at most MOST_FAULTS."""
    lines = cells_of(text_of(data))
    first = next(lines, None)
    if first is None:
        raise BadFile(
            "The file is empty; a line with the names of the columns is expected, such as email,name."
        )
    heads = _heads(first[1])
    rows: list[Row] = []
    faults: list[str] = []
    for number, cells in _until_broken(lines, faults):
        try:
            rows.append(_row(heads, number, cells))
        except StoreError as error:
            faults.append(f"Line {number}: {error}.")
        if len(rows) > MOST_ROWS:
            raise BadFile(
                f"The file has more than {MOST_ROWS:,} people; that is the most that is read at once."
            )
    faults += _repeated(rows)
    if faults:
        more = (f"and {len(faults) - MOST_FAULTS} more faults.",) if len(faults) > MOST_FAULTS else ()
        raise BadFile(*faults[:MOST_FAULTS], *more)
    if not rows:
        raise BadFile("The file names nobody: it has only the line with the names of the columns.")
    return tuple(rows)


def text_of(data: bytes) -> str:
    """The text of a file. Raises BadFile if it is too large, or not UTF-8 or UTF-16."""
    if len(data) > LARGEST:
        raise BadFile(f"The file has {len(data):,} bytes; at most {LARGEST:,} are read.")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        save = "In Excel, save it as “CSV UTF-8”"
        where = "The file" if wide else f"Line {line}"
        raise BadFile(f"{where} is not UTF-8 text, so accents would be lost. {save}.") from None
    if "\x00" in text:
        raise BadFile("The file has bytes of zero: it is no CSV file.")
    return text


def cells_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not empty. Raises BadFile."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"Line {number}: this can’t be read as CSV: {error}.") from None


def _until_broken(
    lines: Iterator[tuple[int, list[str]]], faults: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """The rows up to a place where the file is no CSV, which is added to the faults."""
    try:
        yield from lines
    except BadFile as error:
        faults.extend(error.faults)


def _repeated(rows: Sequence[Row]) -> list[str]:
    """A fault for each address that stands in two lines."""
    first: dict[str, int] = {}
    return [
        f"Line {row.line}: {row.email} is in line {first[row.email]} already."
        for row in rows
        if first.setdefault(row.email, row.line) != row.line
    ]


def _heads(cells: Sequence[str]) -> _Heads:
    known = {head: name for name, heads in NAMES.items() for head in heads}
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = known.get(cell.strip().lower())
        if name in places:
            raise BadFile(f"Line 1: two columns are the {name}: “{one_line(cell, 40)}” is the second.")
        if name:
            places[name] = place
    if "email" not in places:
        found = ", ".join(f"“{one_line(cell, 40)}”" for cell in cells[:8])
        raise BadFile(f"Line 1: no column is called email. The columns are: {found}.")
    return _Heads(places)


def _row(heads: _Heads, number: int, cells: Sequence[str]) -> Row:
    name = heads.cell(cells, "name") or f"{heads.cell(cells, 'first')} {heads.cell(cells, 'last')}".strip()
    section = heads.cell(cells, "section")
    if len(section) > LONGEST_SECTION or has_controls(section):
        raise StoreError(f"a section has at most {LONGEST_SECTION} characters, on one line")
    role = heads.cell(cells, "role").lower()
    if role not in ROLES:
        raise StoreError(f"“{one_line(role, 40)}” is no role: student, TA or instructor is expected")
    return Row(
        line=number,
        email=checked_email(heads.cell(cells, "email")),
        name=checked_line("the name", name) if name else "",
        section=section if "section" in heads.places else None,
        role=(ROLES[role] or CourseRole.STUDENT) if "role" in heads.places else None,
    )


def to_bytes(rows: Sequence[Row]) -> bytes:
    """The rows in the form in which they are kept until they are applied."""
    return json.dumps([[row.line, row.email, row.name, row.section, row.role] for row in rows]).encode()


def from_bytes(data: bytes) -> tuple[Row, ...]:
    """The rows that `to_bytes` has written."""
    return tuple(
        Row(line, email, name, section, None if role is None else CourseRole(role))
        for line, email, name, section, role in json.loads(data)
    )
