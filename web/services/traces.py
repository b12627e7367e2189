"""Until where the runs of failed tests are right, as the page shows it: values with links to their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.grading import trace_words as words
from grader.grading.visible import VisibleResult
from grader.values.traces import Trace
from web.services.places import SourceFile

MOST_OF_A_CAUSE = 2


@dataclass(frozen=True)
class Linked:
    """A value of the run: its name, its place in words and as a link, and what it means. `anchor` is the id
    of the line on the page, "" if the page does not show it; then that of the file's number `file` does."""

    name: str
    place: str
    means: str
    line: int
    anchor: str
    file: int


@dataclass(frozen=True)
class RunSoFar:
    """A sentence in its parts: right values, the first that is not, and what is around them."""

    begins: str
    right: tuple[Linked, ...]
    goes_on: str
    first: Linked | None
    ends: str


def runs_so_far(members: Iterable[VisibleResult], sources: Sequence[SourceFile]) -> tuple[RunSoFar, ...]:
    """Those of the tests of a cause, each once."""
    traces = dict.fromkeys(test.trace for test in members if test.trace is not None)
    return tuple(_run(trace, sources) for trace in list(traces)[:MOST_OF_A_CAUSE])


def _run(trace: Trace, sources: Sequence[SourceFile]) -> RunSoFar:
    first = words.first_wrong_one(trace)
    return RunSoFar(
        words.begins(trace),
        tuple(_linked(mention, sources) for mention in words.right_ones(trace)),
        words.goes_on(trace),
        None if first is None else _linked(first, sources),
        words.ends(trace),
    )


def _linked(mention: words.Mention, sources: Sequence[SourceFile]) -> Linked:
    files = {source.name: number for number, source in enumerate(sources)}
    number = files.get(mention.file)
    source = None if number is None else sources[number]
    shown = source is not None and mention.line <= len(source.shown)
    anchor = source.anchor(mention.line) if source is not None and shown else ""
    return Linked(mention.name, mention.place, mention.means, mention.line, anchor, number or 0)
