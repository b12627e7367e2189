"""The rules for paths and sizes of a pack's files, the same for folders and archives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from grader.values.faults import Fault

MOST_FILES = 500
LARGEST_FILE = 8_000_000  # bytes
LARGEST_PACK = 16_000_000  # bytes, all files together
LONGEST_PATH = 150
DEEPEST = 6
ROOT_FILES = frozenset({"pack.toml", "handout.md"})
FOLDERS = frozenset({"starter", "support", "tests", "solution", "mistakes"})
_PART = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
_IGNORED = re.compile(r"(^|/)(__pycache__|__MACOSX|Thumbs\.db|desktop\.ini|\.[^./][^/]*)(/|$)|\.pyc$|~$")


def is_ignored(path: str) -> bool:
    """Whether a path is hidden (`.git`, `.DS_Store`), a cache, or a file that an editor or operating system
    adds; it is skipped."""
    return bool(_IGNORED.search(path))


def path_rule(path: str) -> str:
    """The rule that this path breaks, "" if none. A path that breaks none stays inside its folder."""
    if not path or path.startswith("/") or "\\" in path or re.match(r"^[A-Za-z]:", path):
        return "must be relative, with / between folders"
    if any(part in ("..", ".", "") for part in path.split("/")):
        return "must not contain . or .. or an empty part"
    if unicodedata.normalize("NFC", path) != path:
        return "must be in Unicode form NFC"
    if len(path) > LONGEST_PATH or len(PurePosixPath(path).parts) > DEEPEST:
        return f"must have at most {LONGEST_PATH} characters and {DEEPEST} parts"
    if not all(_PART.match(part) for part in path.split("/")):
        return "must be made of letters, digits, _ . and -, not beginning with . or -"
    return ""


def place_rule(path: str) -> str:
    """The rule on the folders of a pack that this path breaks, "" if none."""
    top, _, rest = path.partition("/")
    if rest:
        return "" if top in FOLDERS else f"must be in one of these folders: {', '.join(sorted(FOLDERS))}"
    return (
        ""
        if top in ROOT_FILES
        else "is not allowed here; outside of folders a pack has only pack.toml and handout.md"
    )


def path_faults(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """A fault for each path that breaks a rule, differs only in case or is file and folder, and for each
    size over a limit."""
    for path in files:
        rule = path_rule(path) or place_rule(path)
        if rule:
            yield Fault(path, "path", "", rule)
    yield from clash_faults(files)
    yield from folder_faults(files)
    yield from size_faults((path, len(data)) for path, data in files.items())


def clash_faults(paths: Iterable[str]) -> Iterator[Fault]:
    """A fault for each path that is the same as an earlier one on a disk that ignores case."""
    first_paths: dict[str, str] = {}
    for path in paths:
        first = first_paths.setdefault(path.casefold(), path)
        if first != path:
            yield Fault(path, "path", "", f"must differ from {first} in more than upper and lower case")


def folder_faults(paths: Iterable[str]) -> Iterator[Fault]:
    """A fault for each file whose path is also the folder of another file, ignoring case."""
    folded = {path.casefold(): path for path in paths}
    inside = {str(folder): path for path in folded for folder in PurePosixPath(path).parents}
    for path in folded:
        if path in inside:
            rule = f"is a file, but {folded[inside[path]]} needs a folder of this name"
            yield Fault(folded[path], "path", "", rule)


def size_faults(sizes: Iterable[tuple[str, int]]) -> Iterator[Fault]:
    """A fault for too many files, for each file that is too large, and for a total that is too large."""
    rows = tuple(sizes)
    if len(rows) > MOST_FILES:
        yield Fault("pack", "files", str(len(rows)), f"a pack may have at most {MOST_FILES} files")
    for path, size in rows:
        if size > LARGEST_FILE:
            yield Fault(path, "size", f"{size} bytes", f"must be at most {LARGEST_FILE} bytes")
    total = sum(size for _, size in rows)
    if total > LARGEST_PACK:
        yield Fault("pack", "size", f"{total} bytes", f"must be at most {LARGEST_PACK} bytes in total")
