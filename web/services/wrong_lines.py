"""The wrong lines behind a cause, as the page shows them; and whether they are still being looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import line_searches
from grader.database.models import Grading
from grader.grading.line_words import joined, proof, question
from grader.grading.visible import VisibleResult
from grader.values import Diagnosis
from grader.values.lines import Line, Spot
from web.services.places import SourceFile
from web.services.visible_report import VisibleGrading
from web.text import plain

MOST_OF_A_CAUSE = 3


@dataclass(frozen=True)
class Place:
    """A line of a file with a link: the id of the line on the page, or "" if the page does not show it; then
    the page of the file's number `file` does."""

    words: str
    line: int
    anchor: str
    file: int


@dataclass(frozen=True)
class Quote:
    """A line in three parts; the one in the middle is to be marked."""

    before: str
    marked: str
    after: str


@dataclass(frozen=True)
class WrongLine:
    """A line that is wrong. `joint` stands between its places, `is_named` says that `proof` also names the
    mistake; `question` is "" then, since the diagnosis has one. `new` is "" for who may not see the change,
    `explains` has the titles of the tests that pass with the change."""

    places: tuple[Place, ...]
    joint: str
    is_named: bool
    quote: Quote
    proof: str
    question: str
    old: str
    new: str
    tried: int
    explains: tuple[str, ...]


def wrong_lines(
    members: Iterable[VisibleResult], sources: Sequence[SourceFile], titles: Mapping[str, str]
) -> tuple[WrongLine, ...]:
    """The lines behind the tests of a cause, each once; `titles` are those of all tests, by their ids."""
    found: dict[tuple[str, int], VisibleResult] = {}
    for test in sorted(members, key=lambda test: test.is_hidden):  # a hidden test says less of a line
        if test.line is not None:
            found.setdefault((test.line.spot.file, test.line.spot.line), test)
    first = list(found.values())[:MOST_OF_A_CAUSE]
    return tuple(_wrong_line(t.line, t.diagnosis, sources, titles) for t in first if t.line is not None)


def _wrong_line(
    line: Line, named: Diagnosis | None, sources: Sequence[SourceFile], titles: Mapping[str, str]
) -> WrongLine:
    both = joined(named, line) if named is not None else ""
    return WrongLine(
        tuple(_places(line, sources)),
        "and" if line.together else "or",
        bool(both),
        quote(line),
        both or proof(line),
        "" if both else question(line),
        line.old,
        line.new,
        line.tried,
        tuple(titles[id] for id in line.explains if id in titles),
    )


def spots(line: Line) -> tuple[Spot, ...]:
    """All places that the line names: those that must change together, else those of which one serves."""
    return (line.spot, *(line.together or line.also))


def _places(line: Line, sources: Sequence[SourceFile]) -> Iterator[Place]:
    files = {source.name: number for number, source in enumerate(sources)}
    for at, spot in enumerate(spots(line)):
        named = at == 0 or spot.file != line.spot.file
        words = f"{spot.file}, line {spot.line}" if named else f"line {spot.line}"
        source = sources[files[spot.file]] if spot.file in files else None
        shown = source is not None and spot.line <= len(source.shown)
        anchor = source.anchor(spot.line) if source is not None and shown else ""
        yield Place(words, spot.line, anchor, files.get(spot.file, 0))


def quote(line: Line) -> Quote:
    """The line without its indentation, in three parts; a place of several lines is marked to the end."""
    text, spot = line.text.rstrip(), line.spot
    indent = len(text) - len(text.lstrip())
    begins = min(max(spot.column, indent), len(text))
    ends = len(text) if spot.end_line > spot.line else min(max(spot.end_column, begins), len(text))
    parts = (text[indent:begins], text[begins:ends], text[ends:])
    return Quote(*(plain(part).replace("\n", " ") for part in parts))


def is_searched_for(session: Session, grading: Grading, visible: VisibleGrading) -> bool:
    """Whether lines are looked for that this reader will see. It depends on no test whose verdict they don't
    see: that one is searched for says that it failed."""
    if visible.state != "done" or not visible.searchable:
        return False
    return line_searches.is_open(session, grading.id)
