"""Checks a student's files at upload, from what a candidate's parser found in them; nothing is run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from grader.grading.client import FileScan
from grader.grading.notebooks import not_python, notebook_faults
from grader.packs import FileRow, Outline
from grader.packs.standins import stand_in_modules
from grader.values.faults import Fault
from grader.values.text import displayable, one_line
from grader.wire.names import LIBRARIES, similar_name

AVAILABLE = "the standard library and numpy"
GONE = {
    "main": '{} is defined only under `if __name__ == "__main__"`, which does not run when the tests import '
    "the file; move it out of there.",
    "never": "{} is defined only under a condition that does not hold when the tests import the file; move "
    "it out of there.",
    "deleted": "{} is deleted here, so that the tests can't call it.",
}


def preflight_faults(pack: Outline, scans: Iterable[FileScan]) -> tuple[Fault, ...]:
    """The faults that a student should see before submitting; empty if there are none."""
    rows = {row.name: row for row in pack.manifest.files}
    own = {path.split("/", 1)[0].removesuffix(".py") for path in pack.support}
    own |= stand_in_modules(pack.manifest.stand_ins)
    scanned = tuple(scans)
    own |= {scan.name.removesuffix(".py") for scan in scanned}
    faults: list[Fault] = []
    for scan in scanned:
        row = rows.get(scan.name)
        if row is not None and row.kind == "text":
            faults += _text(scan, row)
            continue
        if scan.error is not None:
            faults.append(_syntax(scan))
            continue
        faults += _program(scan, row, scanned)
        faults += _imports(scan, own)
    return tuple(faults)


def preflight_notes(pack: Outline, scans: Iterable[FileScan]) -> tuple[str, ...]:
    """A sentence for each name that the tests call and of which only a run shows whether it is there."""
    rows = {row.name: row for row in pack.manifest.files}
    return tuple(
        note
        for scan in scans
        if scan.error is None and not scan.end and scan.name in rows and rows[scan.name].kind == "python"
        for wanted in rows[scan.name].defines
        if (note := unseen_note(scan, wanted))
    )


def _text(scan: FileScan, row: FileRow) -> Iterator[Fault]:
    """The faults in a text file that its reader finds; the other lines still count."""
    if row.reader is None:
        return
    if row.reader == "formulas" and not scan.functions and not scan.error:
        yield Fault.of_file(scan.name, "has no line of the form name = formula.")
    elif row.reader == "answers" and not scan.classes:
        yield Fault.of_file(
            scan.name, "has no answer; each answer begins with its name in brackets, such as [q1]."
        )
    elif scan.error:
        yield Fault.of_file(scan.name, one_line(scan.error), line=scan.line or 0, excerpt=_caret(scan))
    answered = {name.lower() for name in scan.classes}
    asked = {name.lower() for name in row.defines}
    if row.reader == "answers" and asked and answered - asked:
        others = ", ".join(f"[{one_line(name)}]" for name in sorted(answered - asked))
        yield Fault.of_file(scan.name, f"{others}: no answer of this name is asked for; read as text.")
    elif answered:
        for name in row.defines:
            if name.lower() not in answered:
                yield Fault.of_file(scan.name, f"[{name}] has no answer yet.")


def _syntax(scan: FileScan) -> Fault:
    reason = one_line(scan.error or "")
    command = not_python(scan.text)
    if command:
        return Fault.of_file(scan.name, command, blocks=True, line=scan.line or 0, excerpt=_caret(scan))
    why = f": {reason}" if reason.strip() else ""
    message = f"Python {sys.version_info.major}.{sys.version_info.minor} can't read it{why}."
    if scan.python2:
        message = (
            "This is Python 2; Python 3 is expected. "
            'In Python 3, print is a function: print("loss", loss). '
            f"The error is{why or ' a syntax error'}."
        )
    return Fault.of_file(scan.name, message, blocks=True, line=scan.line or 0, excerpt=_caret(scan))


def _caret(scan: FileScan) -> str:
    line = displayable(scan.text).rstrip("\n").split("\n")[0].expandtabs(4)
    if not line.strip():
        return ""
    column = max(1, min(scan.column or 1, len(line) + 1))
    start = max(0, column - 60)
    return f"    {line[start : start + 100]}\n    {' ' * (column - 1 - start)}^"


def _program(scan: FileScan, row: FileRow | None, scans: Iterable[FileScan]) -> Iterator[Fault]:
    """What keeps a program that can be read from being called."""
    yield from notebook_faults(scan)
    yield from _not_there(scan, scans)
    if scan.end:
        rule = (
            "ends the import here, so that the tests can call nothing; delete it or move it into a function."
        )
        yield Fault.of_file(scan.name, rule, line=scan.end)
    elif row is not None:
        yield from _missing(scan, row)


def _not_there(scan: FileScan, scans: Iterable[FileScan]) -> Iterator[Fault]:
    """A fault for each name that is imported from another submitted file, which does not have it."""
    others = {other.name: other for other in scans if other.error is None and not other.hidden}
    for name, line, file in ((spot.name, spot.line, spot.how) for spot in scan.takes):
        other = others.get(file)
        there = other is None or name in (*other.functions, *other.classes, *other.modules)
        if other is not None and not there and name not in {spot.name for spot in other.maybe}:
            rule = f"imports {one_line(name, 40)} from {one_line(file, 80)}, which does not define it."
            yield Fault.of_file(scan.name, rule, line=line)


def _missing(scan: FileScan, row: FileRow) -> Iterator[Fault]:
    present = (*scan.functions, *scan.classes)
    gone = {spot.name: spot for spot in scan.gone}
    for wanted in row.defines:
        if wanted in (*present, *scan.modules) or unseen_note(scan, wanted):
            continue
        if wanted in gone:
            spot = gone[wanted]
            yield Fault.of_file(scan.name, GONE.get(spot.how, GONE["never"]).format(wanted), line=spot.line)
            continue
        others = [name for name in present if name not in row.defines]
        if near := similar_name(wanted, others):
            yield Fault.of_file(scan.name, f"{one_line(near)} found, {wanted} expected.")
        else:
            has = ", ".join(one_line(name, 40) for name in present[:8]) or "nothing"
            yield Fault.of_file(scan.name, f"{wanted} is not defined in this file; it defines {has}.")


def unseen_note(scan: FileScan, wanted: str) -> str:
    """The sentence that only a run shows whether the file has this name, "" if that can be seen."""
    if wanted in (*scan.functions, *scan.classes, *scan.modules):
        return ""
    file = one_line(scan.name, 80)
    run = "could not be seen without running it"
    for spot in scan.maybe:
        if spot.name == wanted:
            where = f"{file} defines {wanted} in line {spot.line}, but under a condition or in a function"
            return f"{where}; whether it is there after the import {run}."
    for place in scan.hidden:
        line = f" in line {place.line}" if place.line else ""
        return f"{file} may define {wanted} by `{one_line(place.name, 80)}`{line}; this {run}."
    return ""


def _imports(scan: FileScan, own: set[str]) -> Iterator[Fault]:
    for top in dict.fromkeys(name.split(".")[0] for name in scan.imports):
        if top and top not in sys.stdlib_module_names and top != "numpy" and top not in own:
            message = f"imports {one_line(top)}, which is not available here; only {AVAILABLE} are."
            if top not in LIBRARIES:
                file = f"{one_line(top)}.py"
                message = (
                    f"imports {one_line(top)}, but {file} was not handed in, and no such library is here."
                )
            yield Fault.of_file(scan.name, message)
