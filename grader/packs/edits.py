"""Mistakes as edits of the solution: finds each old text, checks the edits, and makes them."""

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
SHOWN_LINES = 10  # line numbers in a message
MOST_PLACES = 100  # occurrences of a text that are counted
MOST_LINES, LONGEST_LINE = 5000, 400  # searched for the most similar line: a pack is untrusted
ALIKE = 0.5  # share of words and signs that the most similar line must have in common
CONTEXT = 2  # unchanged lines around a change


class EditFault(NamedTuple):
    """A fault of one edit: the edit's number (from 0), the key, the value as it is shown, and the rule."""

    number: int
    key: str
    value: str
    rule: str


def places(source: bytes, old: bytes) -> list[int]:
    """The offsets at which the text begins in the source, at most MOST_PLACES; occurrences may overlap."""
    offsets: list[int] = []
    at = source.find(old)
    while at >= 0 and len(offsets) < MOST_PLACES:
        offsets.append(at)
        at = source.find(old, at + 1)
    return offsets


def edited(source: bytes, edits: Sequence[EditRow]) -> bytes:
    """The source with every edit made. All are applied to the original source, so their order
    does not matter; each old text must be in it exactly once, and no two may overlap."""
    parts, at = [], 0
    for start, edit in sorted(((source.index(edit.old.encode()), edit) for edit in edits), key=itemgetter(0)):
        parts += [source[at:start], edit.new.encode()]
        at = start + len(edit.old.encode())
    return b"".join([*parts, source[at:]])


def edited_files(edits: Sequence[EditRow], solution: Mapping[str, bytes], only: str) -> dict[str, bytes]:
    """The changed files, by name; the edits must have no faults. `only` is the file for edits that name
    none."""
    names = dict.fromkeys(edit.file or only for edit in edits)
    return {
        name: edited(solution[name], [edit for edit in edits if (edit.file or only) == name])
        for name in names
    }


def edit_faults(edits: Sequence[EditRow], solution: Mapping[str, bytes], only: str) -> Iterator[EditFault]:
    """The faults that make these edits impossible; `only` is "" if every edit must name its file."""
    spans: list[tuple[str, int, int, int]] = []
    for number, edit in enumerate(edits):
        name, old = edit.file or only, edit.old.encode()
        if name not in solution:
            yield EditFault(number, "file", *_file_fault(name))
            continue
        offsets = places(solution[name], old)
        if len(offsets) != 1:
            yield EditFault(number, "old", _shown(edit.old), _count_rule(name, solution[name], old, offsets))
            continue
        if edit.old == edit.new:
            yield EditFault(number, "new", _shown(edit.new), "must differ from old")
        start, end = offsets[0], offsets[0] + len(old)
        for other_name, other, other_start, other_end in spans:
            if other_name == name and start < other_end and other_start < end:
                rule = f"must not overlap the old text of edit[{other}]; combine the two into one edit"
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
        return "missing", "must be stated, because students submit more than one file"
    return f'"{name}"', "no such file in solution/"


def _count_rule(name: str, source: bytes, old: bytes, offsets: Sequence[int]) -> str:
    rule = f"must be in solution/{name} exactly once"
    if not offsets:
        return f"{rule}, but is not there{_nearest(source, old)}"
    lines = dict.fromkeys(str(source.count(b"\n", 0, start) + 1) for start in offsets[:SHOWN_LINES])
    times = f"{len(offsets)} times" if len(offsets) < MOST_PLACES else f"at least {MOST_PLACES} times"
    return f"{rule}, but is there {times}, in lines {', '.join(lines)}; include more of the text around it"


def _nearest(source: bytes, old: bytes) -> str:
    """The line of the source that is most similar to the first line of the missing text, for a message."""
    words = _words(next((line for line in old.decode().splitlines() if line.strip()), ""))
    shares = [len(words & other) / max(1, len(words | other)) for _, other in _lines(source)]
    best = max(shares, default=0.0)
    if best < ALIKE:
        return ""
    index = shares.index(best)
    return f"; line {index + 1} is the most similar: {one_line(_lines(source)[index][0], SHOWN)}"


@lru_cache(maxsize=4)
def _lines(source: bytes) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each line with its words and signs; cached, since several edits may have faults."""
    lines = source.decode("utf-8", "replace").split("\n")[:MOST_LINES]
    return tuple((line.strip(), _words(line[:LONGEST_LINE])) for line in lines)


def _words(line: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+|[^\w\s]", line))


def _shown(text: str) -> str:
    first, *more = text.strip().splitlines() or [""]
    return f'"{first[:SHOWN]}…"' if more or len(first) > SHOWN else f'"{first}"'
