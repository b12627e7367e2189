"""What the parser of a candidate found in a student's files, in words, before it counts."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from grader.packs import FileRow, Pack
from grader.values.text import displayable, one_line

AVAILABLE = "the standard library and numpy"


class Scan(Protocol):
    """What is read of a scanned file; `grader.grading.client.FileScan` is one."""

    @property
    def name(self) -> str: ...
    @property
    def error(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def text(self) -> str: ...
    @property
    def python2(self) -> bool: ...
    @property
    def functions(self) -> tuple[str, ...]: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def imports(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Finding:
    """One thing to say about a file. `blocks` is True if no test of the file can run;
    `excerpt` is the line with a caret under the place, "" if there is none."""

    file: str
    message: str
    blocks: bool = False
    line: int | None = None
    excerpt: str = ""

    def __str__(self) -> str:
        where = f"{one_line(self.file)}, line {self.line}" if self.line else one_line(self.file)
        return f"{where}: {self.message}" + (f"\n{self.excerpt}" if self.excerpt else "")


def findings(pack: Pack, scans: Iterable[Scan]) -> tuple[Finding, ...]:
    """What a student should know before handing in; empty if all is well."""
    rows = {row.name: row for row in pack.manifest.files}
    own = {path.split("/", 1)[0].removesuffix(".py") for path in pack.below("support")}
    scanned = tuple(scans)
    own |= {scan.name.removesuffix(".py") for scan in scanned}
    found: list[Finding] = []
    for scan in scanned:
        row = rows.get(scan.name)
        if row is not None and row.kind == "text":
            found += _text(scan, row)
            continue
        if scan.error is not None:
            found.append(_syntax(scan))
            continue
        found += _missing(scan, row) if row else ()
        found += _imports(scan, own)
    return tuple(found)


def _text(scan: Scan, row: FileRow) -> Iterator[Finding]:
    """What its reader can't read, or doesn't find, in a text; the other lines still count."""
    if row.reader is None:
        return
    if row.reader == "formulas" and not scan.functions and not scan.error:
        yield Finding(scan.name, "holds no line name = formula.")
    elif row.reader == "answers" and not scan.classes:
        yield Finding(scan.name, "holds no answer; each begins with its name in brackets, such as [q1].")
    elif scan.error:
        yield Finding(scan.name, one_line(scan.error), line=scan.line, excerpt=_caret(scan))
    answered = {name.lower() for name in scan.classes}
    if answered:
        for name in row.defines:
            if name.lower() not in answered:
                yield Finding(scan.name, f"[{name}] has no answer yet.")


def _syntax(scan: Scan) -> Finding:
    said = one_line(scan.error or "")
    message = f"Python {sys.version_info.major}.{sys.version_info.minor} can't read it: {said}."
    if scan.python2:
        message = (
            "This is Python 2; Python 3 is expected. "
            'In Python 3, print is a function: print("loss", loss). '
            f"The parser says: {said}."
        )
    return Finding(scan.name, message, blocks=True, line=scan.line, excerpt=_caret(scan))


def _caret(scan: Scan) -> str:
    line = displayable(scan.text).rstrip("\n").split("\n")[0].expandtabs(4)
    if not line.strip():
        return ""
    column = max(1, min(scan.column or 1, len(line) + 1))
    start = max(0, column - 60)
    return f"    {line[start : start + 100]}\n    {' ' * (column - 1 - start)}^"


def _missing(scan: Scan, row: FileRow) -> Iterator[Finding]:
    present = (*scan.functions, *scan.classes)
    for wanted in row.defines:
        if wanted in present:
            continue
        others = [name for name in present if name not in row.defines]
        near = difflib.get_close_matches(wanted, others, n=1, cutoff=0.6)
        lower = [name for name in present if name.lower() == wanted.lower()]
        if near or lower:
            yield Finding(scan.name, f"{one_line((lower or near)[0])} found, {wanted} expected.")
        else:
            has = ", ".join(one_line(name, 40) for name in present[:8]) or "nothing"
            yield Finding(scan.name, f"{wanted} is not defined in this file; it defines {has}.")


def _imports(scan: Scan, own: set[str]) -> Iterator[Finding]:
    for top in dict.fromkeys(name.split(".")[0] for name in scan.imports):
        if top and top not in sys.stdlib_module_names and top != "numpy" and top not in own:
            message = f"imports {one_line(top)}, which is not available here; {AVAILABLE} are."
            yield Finding(scan.name, message)
