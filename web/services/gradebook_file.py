"""Reads a CSV file with marks: what each line says comes out, or every fault with its line."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.database.columns import read_points
from grader.database.errors import StoreError
from grader.database.models import Column
from grader.values.text import one_line
from web.services.roster_file import MOST_FAULTS, NAMES, BadFile, cells_of, text_of

ZIP = b"PK\x03\x04"
MOST_LINES = 10_000


@dataclass(frozen=True)
class Line:
    """The marks of one student in a file, by column id; columns without a mark in this line are not there."""

    number: int
    user_id: int
    marks: Mapping[int, Decimal]


@dataclass(frozen=True)
class Known:
    """What a file may name: columns by head, the heads that are read past, and students by address."""

    columns: Mapping[str, Column]
    others: Collection[str]
    students: Mapping[str, int]


def read(data: bytes, known: Known) -> tuple[Line, ...]:
    """The marks in a file. Raises BadFile with every fault, at most MOST_FAULTS."""
    if data.startswith(ZIP):
        raise BadFile("This is an XLSX file; only CSV is read. In Excel, save it as “CSV UTF-8”.")
    rows = cells_of(text_of(data))
    first = next(rows, None)
    if first is None:
        raise BadFile("The file is empty; a line with the names of the columns is expected.")
    email, places, faults = _heads(first[1], known)
    lines, seen = [], dict[int, int]()
    try:
        for number, cells in rows:
            if number > MOST_LINES:
                raise BadFile(f"The file has more than {MOST_LINES:,} lines; that is the most that is read.")
            line, wrong = _line(number, cells, email, places, known, seen)
            faults += wrong
            if line is not None:
                lines.append(line)
    except BadFile as error:  # a place where the file is no CSV; the faults before it are said too
        faults += error.faults
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more faults."] if len(faults) > MOST_FAULTS else []
        raise BadFile(*faults[:MOST_FAULTS], *more)
    return tuple(lines)


def _heads(cells: Sequence[str], known: Known) -> tuple[int, dict[int, Column], list[str]]:
    """(place of the address, columns by place, faults)."""
    email, places, faults = -1, dict[int, Column](), []
    for place, cell in enumerate(cells):
        head = _plain(cell).casefold()
        if head in NAMES["email"] and email < 0:
            email = place
        elif head in known.columns:
            column = known.columns[head]
            if column in places.values():
                faults.append(f"Line 1: two columns are “{one_line(cell, 60)}”.")
            places[place] = column
        elif head and head not in known.others:
            faults.append(f"Line 1: the gradebook has no column “{one_line(cell, 60)}”.")
    if email < 0:
        raise BadFile("Line 1: no column is called email, which says whose marks a line has.")
    if not places and not faults:
        raise BadFile("Line 1: no column of the gradebook that people mark is in the file.")
    return email, places, faults


def _line(
    number: int,
    cells: Sequence[str],
    email: int,
    places: Mapping[int, Column],
    known: Known,
    seen: dict[int, int],
) -> tuple[Line | None, list[str]]:
    address = _plain(cells[email]).lower() if email < len(cells) else ""
    user_id = known.students.get(address)
    if user_id is None:
        what = (
            f"“{one_line(address, 80)}” is no student of this course"
            if address
            else "there is no e-mail address"
        )
        return None, [f"Line {number}: {what}."]
    if user_id in seen:
        return None, [f"Line {number}: {address} is in line {seen[user_id]} already."]
    seen[user_id] = number
    marks, faults = {}, []
    for place, column in places.items():
        try:
            value = read_points(_plain(cells[place]) if place < len(cells) else "", column.max_points)
        except StoreError as error:
            faults.append(f"Line {number}, {one_line(column.title, 60)}: {error}.")
            continue
        if value is not None:
            marks[column.id] = value
    return Line(number, user_id, marks), faults


def _plain(cell: str) -> str:
    """A cell without spaces, and without the apostrophe that our own files put before what looks like a
    formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") else text


def to_bytes(lines: Sequence[Line]) -> bytes:
    """The lines in the form in which they are kept until they are applied."""
    rows = [[line.number, line.user_id, {str(id): str(p) for id, p in line.marks.items()}] for line in lines]
    return json.dumps(rows).encode()


def from_bytes(data: bytes) -> tuple[Line, ...]:
    """The lines that `to_bytes` has written."""
    return tuple(
        Line(number, user_id, {int(id): Decimal(text) for id, text in marks.items()})
        for number, user_id, marks in json.loads(data)
    )
