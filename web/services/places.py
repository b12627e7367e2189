"""Where in a student's files something happened, and the lines around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.grading.visible import VisibleResult
from web.render.code import SourceLine

ABOVE, BELOW = 5, 3
MOST_SHOWN = 26_000
"""Characters of markup that the files of one page take together."""
LINE_COSTS = 70
"""Characters of markup around the text of a line."""
FRAME = re.compile(r'File "(?:[^"\n]*/)?([^"\n/]{1,200})", line (\d{1,6})')


@dataclass(frozen=True)
class Place:
    """A line of a file, from 1, and the column in it if it is known, from 1. `says` is what is there, in the
    words that stand beside the line."""

    file: str
    line: int
    column: int | None = None
    says: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One file of the submission: its lines for the page; `hits` are the lines that a place names."""

    name: str
    sha256: str
    size: int
    lines: tuple[SourceLine, ...]
    line_count: int
    hits: frozenset[int] = frozenset()
    most: int = MOST_SHOWN

    @property
    def shown(self) -> tuple[SourceLine, ...]:
        """The lines that fit on the page of the submission, from the first one."""
        left, count = self.most, 0
        for line in self.lines:
            left -= len(line.html) + LINE_COSTS
            if left < 0:
                break
            count += 1
        return self.lines[:count]

    def anchor(self, line: int) -> str:
        """The id of this line on the page."""
        return f"f{self.sha256[:6]}-L{line}"


@dataclass(frozen=True)
class Excerpt:
    """The lines around a place, and the file that they are from."""

    place: Place
    source: SourceFile
    lines: tuple[SourceLine, ...]


def place_of(test: VisibleResult, names: Iterable[str]) -> Place | None:
    """The place that a test points at: the last line of its traceback that is in one of the student's files;
    None if it names none."""
    known = set(names)
    frames = [(name, int(line)) for name, line in FRAME.findall(test.traceback) if name in known]
    return None if not frames else Place(*frames[-1], says="stopped here")


def places(tests: Iterable[VisibleResult], names: Iterable[str]) -> Iterator[Place]:
    """The place of every test that has one, its wrong lines, and the line of its first wrong value."""
    known = tuple(names)
    for test in tests:
        if test.line is not None:
            spots = (test.line.spot, *test.line.together, *test.line.also)
            yield from (Place(spot.file, spot.line) for spot in spots if spot.file in known)
        if test.trace is not None and test.trace.first is not None and test.trace.first.file in known:
            yield Place(test.trace.first.file, test.trace.first.line)
        place = place_of(test, known)
        if place is not None:
            yield place


def excerpt(place: Place | None, sources: Iterable[SourceFile]) -> Excerpt | None:
    """The lines around the place; None if there is no place, or if the page does not show that line."""
    if place is None:
        return None
    for source in sources:
        if source.name == place.file and place.line <= len(source.lines):
            first = max(0, place.line - 1 - ABOVE)
            return Excerpt(place, source, source.lines[first : place.line + BELOW])
    return None
