"""Checks a student's files before they count as a submission: names, size, kind, encoding."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from grader.grading.errors import SubmissionError
from grader.grading.notebooks import EXPORT, is_notebook
from grader.packs import FileRow, Outline
from grader.values import files_digest
from grader.values.faults import Fault
from grader.values.text import one_line

MOST_EXTRA_FILES = 20
LARGEST_EXTRA_KB = 256
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,60}(\.[A-Za-z0-9]{1,8})?$")
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a compiled program"),
    (b"MZ\x90", "a compiled program"),
    (b"{\\rtf", "a rich text document; a Python file is plain text"),
    (b"<!DOCTYPE html", "a web page, not the file itself"),
    (b"<html", "a web page, not the file itself"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x80\x04\x95", "a pickled object"),
    (b"\x93NUMPY", "a saved array (npy)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"GIF89a", "a picture (GIF)"),
    (b"Rar!\x1a", "a rar archive"),
    (b"BZh91AY", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
)


@dataclass(frozen=True)
class Submission:
    """The files to be graded: first those that the pack asks for, in its order, then extra ones.
    `notes` are sentences for the student, e.g. on a renamed file."""

    files: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over names and bytes."""
        return files_digest(self.files)

    @property
    def sha256s(self) -> tuple[tuple[str, str], ...]:
        """(name, SHA-256 in hex) of every file."""
        return tuple((name, hashlib.sha256(data).hexdigest()) for name, data in self.files)


def check_files(pack: Outline, uploaded: Mapping[str, bytes]) -> Submission:
    """The submission of these files (bytes by name); SubmissionError lists every fault. If a pack asks
    for one file, that file may have any name."""
    named, notes = _named(pack, uploaded)
    faults = [*_name_faults(pack, named)]
    rows = {row.name: row for row in pack.manifest.files}
    for name, data in named.items():
        row = rows.get(name)
        message = _content_fault(name, data, row)
        if message:
            faults.append(_fault(_original(name, uploaded), message))
    if faults:
        raise SubmissionError(tuple(faults))
    order = [*(name for name in pack.names if name in named), *(n for n in sorted(named) if n not in rows)]
    return Submission(tuple((name, named[name]) for name in order), tuple([*notes, *_clashes(pack, named)]))


def _named(pack: Outline, uploaded: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The files by the names that the pack asks for, and notes. If it asks for one file, one is renamed."""
    if len(pack.names) == 1 and len(uploaded) == 1:
        ((name, data),) = uploaded.items()
        wanted = pack.names[0]
        notes = [] if name == wanted else [f"{one_line(name)} is graded as {wanted}."]
        return {wanted: data}, notes
    return dict(uploaded), []


def _fault(file: str, rule: str) -> Fault:
    return Fault.of_file(file, rule, blocks=True)


def _original(name: str, uploaded: Mapping[str, bytes]) -> str:
    return next(iter(uploaded)) if len(uploaded) == 1 else name


def _name_faults(pack: Outline, named: Mapping[str, bytes]) -> Iterator[Fault]:
    lower = {name.lower(): name for name in named}
    for row in pack.manifest.files:
        if row.required and row.name not in named:
            near = lower.get(row.name.lower())
            rule = f"{one_line(near)} found, {row.name} expected." if near else "is missing."
            yield _fault(row.name, rule)
    extra = [name for name in named if name not in pack.names]
    expected = ", ".join(pack.names)
    for name in extra:
        if not pack.manifest.extra_files:
            yield _fault(name, f"is not asked for; expected: {expected}.")
        elif not _NAME.match(name):
            yield _fault(name, "has a name that can't be used; use letters, digits, _ and one dot.")
    if pack.manifest.extra_files and len(extra) > MOST_EXTRA_FILES:
        yield _fault("files", f"{len(extra)} extra files; at most {MOST_EXTRA_FILES} are accepted.")


def _content_fault(name: str, data: bytes, row: FileRow | None) -> str:
    """The fault of this file's bytes, "" if there is none."""
    most_kb = row.max_kb if row else LARGEST_EXTRA_KB
    wanted = "a Python file" if name.endswith(".py") else "a text file"
    if not data.strip(b"\xef\xbb\xbf\x00 \t\r\n\f"):
        return "is empty." if not data else "contains only whitespace."
    if is_notebook(data):
        return EXPORT
    if is_compiled(data):
        return f"is compiled Python (.pyc); {wanted} is expected: the .py file that it was made from."
    for magic, kind in _KINDS:
        if data[:64].lstrip()[: len(magic)].lower() == magic.lower():
            return f"is {kind}; {wanted} is expected."
    if len(data) > most_kb * 1024:
        return f"has {_size(len(data), most_kb)} are accepted."
    return _encoding_fault(data)


def is_compiled(data: bytes) -> bool:
    """Whether these bytes are compiled Python: two bytes of a version, a line end, and a flags word."""
    return (
        data[2:4] == b"\r\n" and data[1:2] in (b"\x0c", b"\x0d", b"\x0e", b"\x0f") and b"\x00" in data[4:16]
    )


def _encoding_fault(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[1:40:2].count(0) > 12 or data[0:40:2].count(0) > 12:
        return "is encoded as UTF-16; save it as UTF-8."
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        byte = f"line {line}, byte {column} is 0x{data[error.start]:02x}"
        return f"is not UTF-8 text: {byte}. Save it as UTF-8."
    if b"\x00" in data:
        line, column = _place(data, data.index(b"\x00"))
        return f"contains a NUL byte in line {line}, byte {column}; a text file must not contain any."
    return ""


def _place(data: bytes, index: int) -> tuple[int, int]:
    return data.count(b"\n", 0, index) + 1, index - data.rfind(b"\n", 0, index)


def _size(count: int, most_kb: int) -> str:
    """`300 KB; at most 256 KB`; in bytes if the two would look the same."""
    shown = f"{count / 1024:.0f}"
    if shown == str(most_kb):
        return f"{count} bytes; at most {most_kb * 1024} bytes ({most_kb} KB)"
    return f"{shown} KB; at most {most_kb} KB"


def _clashes(pack: Outline, named: Mapping[str, bytes]) -> Iterator[str]:
    support = {path.split("/", 1)[0].removesuffix(".py") for path in pack.support}
    for name in named:
        module = name.removesuffix(".py")
        if name in pack.names or not name.endswith(".py"):
            continue
        if module in sys.stdlib_module_names or module == "numpy":
            yield f"import {module} finds Python's own module, not your {one_line(name)}."
        elif module in support:
            yield f"import {module} finds the assignment's own module, not your {one_line(name)}."
