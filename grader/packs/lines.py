"""The line of each key in pack.toml. The TOML parser doesn't report lines, so the text is searched."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

# No pattern may try the same characters in two ways: a pack is untrusted, and each must take linear time.
_HEADER = re.compile(r"^\s*+(\[\[?)([A-Za-z0-9_.\"' \t-]++)\]\]?\s*+(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_INLINE = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=")
# Outside of a multi-line string: its opening quotes, a one-line string, a comment. Inside: up to its end.
# A string that is not closed ends with its line.
_OUTSIDE = re.compile(r"""('{3}|"{3})|'[^']*+'?|"(?:\\.|[^"\\])*+"?|#.*""")
_INSIDE = {"'''": re.compile(r".*?'''"), '"""': re.compile(r'(?:\\.|[^\\])*?"""')}
_PART = re.compile(r"[^.\[\]]+")
DEEPEST = 8  # parts of a header that are told apart; pack.toml has at most 3

Place = tuple[str | int, ...]


def row_of(data: bytes, table: str, key: str, value: str) -> str:
    """`mistakes[2]`, the row of a pack.toml whose key has this value; the table alone if none has."""
    rows = tomllib.loads(data.decode("utf-8-sig")).get(table, [])
    indices = (index for index, row in enumerate(rows) if isinstance(row, dict) and row.get(key) == value)
    return next((f"{table}[{index}]" for index in indices), table)


class Lines:
    """The line numbers of one pack.toml by key: ("tests", 2, "points") is the points of the third test."""

    def __init__(self, data: bytes) -> None:
        self._at: dict[Place, int] = {}
        counts: Counter[Place] = Counter()
        table: Place = ()
        text = ""  # the quotes of a multi-line string that is open
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            before, text = text, _open_quotes(line, text)
            if before:
                continue
            if header := _HEADER.match(line):
                table = _table(header[2], header[1] == "[[", counts)
                self._at.setdefault(table, number)
            elif key := _KEY.match(line):
                place = (*table, key[1])
                self._at.setdefault(place, number)
                for inner in _INLINE.findall(line[key.end() :]):
                    self._at.setdefault((*place, inner), number)

    def of(self, key: str) -> int:
        """The line of a key, written as in faults (`tests[2].limits.cpu_s`), or of the nearest table
        around it; 0 if there is none."""
        place: Place = tuple(int(part) if part.isdigit() else part for part in _PART.findall(key))
        while place and place not in self._at:
            place = place[:-1]
        return self._at.get(place, 0)


def _open_quotes(line: str, quotes: str) -> str:
    """The quotes of the multi-line string that is still open after this line, "" if none is."""
    at = 0
    while True:
        if quotes:
            end = _INSIDE[quotes].match(line, at)
            if end is None:
                return quotes
            at, quotes = end.end(), ""
        token = _OUTSIDE.search(line, at)
        if token is None:
            return ""
        at, quotes = token.end(), token[1] or ""


def _table(name: str, is_row: bool, counts: Counter[Place]) -> Place:
    """[[tests]] is the next row of tests; [tests.limits] belongs to the last one."""
    parts = [part.strip(" \t\"'") for part in name.split(".", DEEPEST)[:DEEPEST]]
    place: Place = ()
    for depth, part in enumerate(parts, 1):
        place = (*place, part)
        if depth == len(parts) and is_row:
            counts[place] += 1
        if counts[place]:
            place = (*place, counts[place] - 1)
    return place
