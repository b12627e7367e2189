"""Faulty programs whose wrong line is known: right solutions in four styles, each with single faults.

They are in bench/line/material: for each pack and style the files of a solution, and faults.toml with
edits of them. The faults were written as students make them, by a person who did not know the edits
that the search for a line tries. doubles.toml names pairs of faults that are in one file together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.packs.edits import edit_faults, edited_files
from grader.packs.manifest import EditRow

FOLDER = Path(__file__).resolve().parent / "material"
Lines = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Faulty:
    """A program with one fault, or with two. `lines` has an entry for each fault: the lines (from 1, in
    the faulty file) at which it can be repaired, by file; the first is the line that was changed."""

    pack: str
    style: str
    id: str
    files: Mapping[str, bytes]
    lines: tuple[Lines, ...]


@dataclass(frozen=True)
class Fault:
    """A fault as it is written down: why a student makes it, its edits, and other lines that are as
    right a place to repair it as the first line that changed."""

    id: str
    why: str
    edits: tuple[EditRow, ...]
    also: tuple[int, ...]


def solutions(folder: Path = FOLDER) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Pack, style and files by name of every right solution."""
    for path in sorted(folder.glob("*/*/faults.toml")):
        files = {file.name: file.read_bytes() for file in sorted(path.parent.glob("*.py"))}
        yield path.parts[-3], path.parts[-2], files


def singles(folder: Path = FOLDER) -> Iterator[Faulty]:
    """Every program with one fault. Raises ValueError if an edit does not fit its solution."""
    for pack, style, files in solutions(folder):
        for fault in faults(folder, pack, style).values():
            yield _made(pack, style, fault.id, files, [fault])


def doubles(folder: Path = FOLDER) -> Iterator[Faulty]:
    """Every program with two faults of the same solution, neither of which moves a line. Raises
    ValueError if their edits do not fit."""
    read = {(pack, style): files for pack, style, files in solutions(folder)}
    for row in tomllib.loads((folder / "doubles.toml").read_text("utf-8"))["doubles"]:
        known = faults(folder, row["pack"], row["style"])
        pair = [known[name] for name in row["faults"]]
        name = "+".join(row["faults"])
        yield _made(row["pack"], row["style"], name, read[row["pack"], row["style"]], pair)


def faults(folder: Path, pack: str, style: str) -> dict[str, Fault]:
    """The faults of one solution, by id."""
    rows = tomllib.loads((folder / pack / style / "faults.toml").read_text("utf-8"))["faults"]
    return {row["id"]: _fault(row) for row in rows}


def _fault(row: Mapping[str, Any]) -> Fault:
    edits = tuple(EditRow(**edit) for edit in row["edit"])
    return Fault(row["id"], row["why"], edits, tuple(row.get("also", ())))


def _made(pack: str, style: str, name: str, files: Mapping[str, bytes], made: Sequence[Fault]) -> Faulty:
    edits = [edit for fault in made for edit in fault.edits]
    for wrong in edit_faults(edits, files, ""):
        raise ValueError(
            f"{pack}/{style}, {name}, edit {wrong.number}: {wrong.key} {wrong.value} {wrong.rule}"
        )
    if len(made) > 1 and any(edit.old.count("\n") != edit.new.count("\n") for edit in edits):
        raise ValueError(f"{pack}/{style}, {name}: an edit moves lines, so the other fault's are not known")
    lines = tuple(_lines(fault, files) for fault in made)
    return Faulty(pack, style, name, {**files, **edited_files(edits, files, "")}, lines)


def _lines(fault: Fault, files: Mapping[str, bytes]) -> Lines:
    """The lines of one fault by file, as if it were the only one: first those that changed, then `also`."""
    found: dict[str, list[int]] = {}
    moved = 0
    for edit in sorted(fault.edits, key=lambda edit: files[edit.file].index(edit.old.encode())):
        start = files[edit.file].index(edit.old.encode())
        line = 1 + files[edit.file].count(b"\n", 0, start) + moved + _alike(edit.old, edit.new)
        found.setdefault(edit.file, []).append(line)
        moved += edit.new.count("\n") - edit.old.count("\n")
    found[fault.edits[0].file] += fault.also
    return {name: tuple(lines) for name, lines in found.items()}


def _alike(old: str, new: str) -> int:
    """How many whole lines at the beginning are the same."""
    pairs = zip(old.splitlines(), new.splitlines(), strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(old.count("\n"), new.count("\n")))
