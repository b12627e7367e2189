"""A mistake as edits of the solution: where each old text is, what is wrong with an edit, and the result."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from grader.packs.manifest import EditRow
from grader.values.text import one_line

SHOWN = 60  # characters of an old text in a message
SHOWN_LINES = 10  # in which a text is found
MOST_PLACES = 100  # of a text that are looked for
MOST_LINES, LONGEST_LINE = 5000, 400  # of a file, for the nearest line: a pack may come from anybody
ALIKE = 0.5  # share of the words and signs that a nearest line has in common
CONTEXT = 2  # unchanged lines around a change


class EditFault(NamedTuple):
    """What is wrong with one edit, by its number from 0: its key, the value as messages show it, the rule."""

    number: int
    key: str
    value: str
    rule: str


def places(source: bytes, old: bytes) -> list[int]:
    """Where the text begins in the source, at most MOST_PLACES of them; two places may overlap."""
    found: list[int] = []
    at = source.find(old)
    while at >= 0 and len(found) < MOST_PLACES:
        found.append(at)
        at = source.find(old, at + 1)
    return found


def edited(source: bytes, edits: Sequence[EditRow]) -> bytes:
    """The source with every edit made. All of them are read against the source as it is, so their order
    does not matter; each old text must be in it exactly once, and no two may overlap."""
    parts, at = [], 0
    for start, edit in sorted(((source.index(edit.old.encode()), edit) for edit in edits), key=itemgetter(0)):
        parts += [source[at:start], edit.new.encode()]
        at = start + len(edit.old.encode())
    return b"".join([*parts, source[at:]])


def edited_files(edits: Sequence[EditRow], solution: Mapping[str, bytes], only: str) -> dict[str, bytes]:
    """The files that these faultless edits change, changed, by name. `only` is the file that is meant where
    an edit names none."""
    names = dict.fromkeys(edit.file or only for edit in edits)
    return {
        name: edited(solution[name], [edit for edit in edits if (edit.file or only) == name])
        for name in names
    }


def edit_faults(edits: Sequence[EditRow], solution: Mapping[str, bytes], only: str) -> Iterator[EditFault]:
    """What keeps these edits from being made; `only` is "" if every edit must name its file."""
    spans: list[tuple[str, int, int, int]] = []
    for number, edit in enumerate(edits):
        name, old = edit.file or only, edit.old.encode()
        if name not in solution:
            yield EditFault(number, "file", *_file_fault(name))
            continue
        found = places(solution[name], old)
        if len(found) != 1:
            yield EditFault(number, "old", _shown(edit.old), _count_rule(name, solution[name], old, found))
            continue
        if edit.old == edit.new:
            yield EditFault(number, "new", _shown(edit.new), "must differ from old")
        start, end = found[0], found[0] + len(old)
        for other_name, other, other_start, other_end in spans:
            if other_name == name and start < other_end and other_start < end:
                rule = f"must not overlap the old text of edit[{other}]; make one edit of the two"
                yield EditFault(number, "old", _shown(edit.old), rule)
        spans.append((name, number, start, end))


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """How the files of `after` differ from those of the same name in `before`: a unified diff."""
    lines: list[str] = []
    for name, data in after.items():
        old, new = (text.decode("utf-8", "replace").splitlines() for text in (before.get(name, b""), data))
        lines += difflib.unified_diff(old, new, f"solution/{name}", name, n=CONTEXT, lineterm="")
    return "\n".join(lines)


def _file_fault(name: str) -> tuple[str, str]:
    if not name:
        return "missing", "must be stated, since more than one file is asked for"
    return f'"{name}"', "no such file in solution/"


def _count_rule(name: str, source: bytes, old: bytes, found: Sequence[int]) -> str:
    rule = f"must be in solution/{name} exactly once"
    if not found:
        return f"{rule}, and is not there{_nearest(source, old)}"
    lines = dict.fromkeys(str(source.count(b"\n", 0, start) + 1) for start in found[:SHOWN_LINES])
    times = f"{len(found)} times" if len(found) < MOST_PLACES else f"at least {MOST_PLACES} times"
    return f"{rule}, and is there {times}, in lines {', '.join(lines)}; state more of the text around it"


def _nearest(source: bytes, old: bytes) -> str:
    """Which line of the source has most in common with the first line of the text that is not there."""
    words = _words(next((line for line in old.decode().splitlines() if line.strip()), ""))
    shares = [len(words & other) / max(1, len(words | other)) for _, other in _lines(source)]
    best = max(shares, default=0.0)
    if best < ALIKE:
        return ""
    index = shares.index(best)
    return f"; line {index + 1} is nearest: {one_line(_lines(source)[index][0], SHOWN)}"


@lru_cache(maxsize=4)
def _lines(source: bytes) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each line with its words and signs: taken apart once, however many edits are at fault."""
    lines = source.decode("utf-8", "replace").split("\n")[:MOST_LINES]
    return tuple((line.strip(), _words(line[:LONGEST_LINE])) for line in lines)


def _words(line: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+|[^\w\s]", line))


def _shown(text: str) -> str:
    first, *more = text.strip().splitlines() or [""]
    return f'"{first[:SHOWN]}…"' if more or len(first) > SHOWN else f'"{first}"'
