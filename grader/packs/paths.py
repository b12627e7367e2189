"""Which paths a pack may hold, and how much of it. The same rules for folders and archives."""

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
_LITTER = re.compile(r"(^|/)(__pycache__|\.(pytest|mypy|ruff)_cache|__MACOSX|\.DS_Store)(/|$)|\.pyc$")


def is_litter(path: str) -> bool:
    """Whether a path is what editors, Python or file managers leave behind; it is skipped."""
    return bool(_LITTER.search(path))


def path_rule(path: str) -> str:
    """The rule that this path breaks, "" if it is fine. It can't leave a folder then."""
    if not path or path.startswith("/") or "\\" in path or re.match(r"^[A-Za-z]:", path):
        return "must be relative, with / between folders"
    if any(part in ("..", ".", "") for part in path.split("/")):
        return "must not hold . or .. or an empty part"
    if unicodedata.normalize("NFC", path) != path:
        return "must be in Unicode form NFC"
    if len(path) > LONGEST_PATH or len(PurePosixPath(path).parts) > DEEPEST:
        return f"must have at most {LONGEST_PATH} characters and {DEEPEST} parts"
    if not all(_PART.match(part) for part in path.split("/")):
        return "must be made of letters, digits, _ . and -, not beginning with . or -"
    return ""


def place_rule(path: str) -> str:
    """The rule on where files lie in a pack that this path breaks, "" if none."""
    top, _, rest = path.partition("/")
    if rest:
        return "" if top in FOLDERS else f"must lie in one of {', '.join(sorted(FOLDERS))}"
    return "" if top in ROOT_FILES else "no place in a pack; beside folders it has pack.toml and handout.md"


def path_faults(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """Every path that breaks a rule, every clash and every size beyond the bounds."""
    for path in files:
        rule = path_rule(path) or place_rule(path)
        if rule:
            yield Fault(path, "path", "", rule)
    yield from clash_faults(files)
    yield from size_faults((path, len(data)) for path, data in files.items())


def clash_faults(paths: Iterable[str]) -> Iterator[Fault]:
    """Paths that are the same on a disk that ignores case."""
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(path.casefold(), path)
        if first != path:
            yield Fault(path, "path", "", f"must differ from {first} in more than case")


def size_faults(sizes: Iterable[tuple[str, int]]) -> Iterator[Fault]:
    """Too many files, a file that is too large, or too much together."""
    rows = tuple(sizes)
    if len(rows) > MOST_FILES:
        yield Fault("pack", "files", str(len(rows)), f"a pack holds at most {MOST_FILES} files")
    for path, size in rows:
        if size > LARGEST_FILE:
            yield Fault(path, "size", f"{size} bytes", f"must be at most {LARGEST_FILE} bytes")
    total = sum(size for _, size in rows)
    if total > LARGEST_PACK:
        yield Fault("pack", "size", f"{total} bytes", f"must be at most {LARGEST_PACK} bytes in all")
