"""Checks a student's files at upload, from what a candidate's parser found in them; nothing is run."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator

from grader.grading.client import FileScan
from grader.packs import FileRow, Outline
from grader.values.faults import Fault
from grader.values.text import displayable, one_line

MOST_SIMILAR = 60  # names of a file that are compared with a missing one: each pair takes up to 0.4 ms
AVAILABLE = "the standard library and numpy"


def preflight_faults(pack: Outline, scans: Iterable[FileScan]) -> tuple[Fault, ...]:
    """The faults that a student should see before submitting; empty if there are none."""
    rows = {row.name: row for row in pack.manifest.files}
    own = {path.split("/", 1)[0].removesuffix(".py") for path in pack.support}
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
        faults += _missing(scan, row) if row else ()
        faults += _imports(scan, own)
    return tuple(faults)


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
    if answered:
        for name in row.defines:
            if name.lower() not in answered:
                yield Fault.of_file(scan.name, f"[{name}] has no answer yet.")


def _syntax(scan: FileScan) -> Fault:
    reason = one_line(scan.error or "")
    message = f"Python {sys.version_info.major}.{sys.version_info.minor} can't read it: {reason}."
    if scan.python2:
        message = (
            "This is Python 2; Python 3 is expected. "
            'In Python 3, print is a function: print("loss", loss). '
            f"The error is: {reason}."
        )
    return Fault.of_file(scan.name, message, blocks=True, line=scan.line or 0, excerpt=_caret(scan))


def _caret(scan: FileScan) -> str:
    line = displayable(scan.text).rstrip("\n").split("\n")[0].expandtabs(4)
    if not line.strip():
        return ""
    column = max(1, min(scan.column or 1, len(line) + 1))
    start = max(0, column - 60)
    return f"    {line[start : start + 100]}\n    {' ' * (column - 1 - start)}^"


def _missing(scan: FileScan, row: FileRow) -> Iterator[Fault]:
    present = (*scan.functions, *scan.classes)
    for wanted in row.defines:
        if wanted in present:
            continue
        others = [name for name in present if name not in row.defines]
        near = difflib.get_close_matches(wanted, others[:MOST_SIMILAR], n=1, cutoff=0.6)
        lower = [name for name in present if name.lower() == wanted.lower()]
        if near or lower:
            yield Fault.of_file(scan.name, f"{one_line((lower or near)[0])} found, {wanted} expected.")
        else:
            has = ", ".join(one_line(name, 40) for name in present[:8]) or "nothing"
            yield Fault.of_file(scan.name, f"{wanted} is not defined in this file; it defines {has}.")


def _imports(scan: FileScan, own: set[str]) -> Iterator[Fault]:
    for top in dict.fromkeys(name.split(".")[0] for name in scan.imports):
        if top and top not in sys.stdlib_module_names and top != "numpy" and top not in own:
            message = f"imports {one_line(top)}, which is not available here; only {AVAILABLE} are."
            yield Fault.of_file(scan.name, message)
