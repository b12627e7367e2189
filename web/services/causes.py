"""What a submission lost points for: each cause once, with the tests that it explains."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.grading.same_stop import stop_of
from grader.grading.visible import VisibleResult
from grader.values import Diagnosis, Picture, Verdict
from web.services.places import Excerpt, SourceFile, excerpt, place_of
from web.services.traces import RunSoFar, runs_so_far
from web.services.wrong_lines import WrongLine, wrong_lines


@dataclass(frozen=True)
class Cause:
    """One reason for lost points, and its tests in the pack's order. `kind` is "diagnosis", "stop" (one error
    in one line), "line" (a change of one line makes them pass), "message" (the same finding), or "test":
    nothing is known but the test's own message."""

    kind: str
    tests: tuple[VisibleResult, ...]
    excerpt: Excerpt | None = None
    lines: tuple[WrongLine, ...] = ()
    runs: tuple[RunSoFar, ...] = ()

    @property
    def first(self) -> VisibleResult:
        """The test whose details speak for all."""
        return self.tests[0]

    @property
    def count(self) -> int:
        """How many tests it explains."""
        return len(self.tests)

    @property
    def lost(self) -> Decimal:
        """The points that this cause costs, as far as this reader sees."""
        return sum((test.lost for test in self.tests), Decimal(0))

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The diagnosis that the tests share."""
        return self.first.diagnosis

    @property
    def graph(self) -> Picture | None:
        """The graph of values and error signals; one of the tests has it."""
        graphs = [test.diagnosis.graph for test in self.tests if test.diagnosis and test.diagnosis.graph]
        return graphs[0] if graphs else None

    def awaits_line(self, searchable: Collection[str]) -> bool:
        """Whether a search of these tests may find a line for one of this cause, which has none yet."""
        return not self.lines and any(test.id in searchable for test in self.tests)

    @property
    def says(self) -> str:
        """The cause in a sentence; "" if nothing may be said."""
        if self.diagnosis is not None and self.diagnosis.sentence:
            return self.diagnosis.sentence
        return self.first.message.partition("\n")[0]

    @property
    def question(self) -> str:
        """What to look at next."""
        if self.diagnosis is not None and self.diagnosis.question:
            return self.diagnosis.question
        return self.first.hint if self.kind != "stop" else ""


def causes_of(tests: Iterable[VisibleResult], sources: Sequence[SourceFile] = ()) -> tuple[Cause, ...]:
    """The causes of every test that lost points, the one that costs most first."""
    every = tuple(tests)
    titles = {test.id: test.title for test in every}
    bad = [test for test in every if test.is_bad]
    keys = {test.id: _key(test) for test in bad}
    groups: dict[tuple[str, ...], list[VisibleResult]] = {}
    for test in bad:
        groups.setdefault(keys.get(_needed(test, keys), keys[test.id]), []).append(test)
    names = [source.name for source in sources]
    causes = []
    for key, members in groups.items():
        members.sort(key=lambda test: test.state == "withheld")
        around = excerpt(place_of(members[0], names), sources)
        lines = wrong_lines(members, sources, titles)
        runs = () if lines else runs_so_far(members, sources)
        causes.append(Cause(key[0], tuple(members), around, lines, runs))
    return tuple(sorted(causes, key=lambda cause: -cause.lost))


def _key(test: VisibleResult) -> tuple[str, ...]:
    """A key that is equal for tests of one cause; its first part is the kind."""
    if test.diagnosis is not None:
        return ("diagnosis", test.diagnosis.cause)
    stop = stop_of(test)
    if stop:
        return ("stop", *stop)
    if test.line is not None:
        return ("line", test.line.spot.file, str(test.line.spot.line))
    said = test.verdict is Verdict.FAILED and test.message
    return ("message", test.message) if said else ("test", test.id)


def _needed(test: VisibleResult, keys: Iterable[str]) -> str:
    """The test that this one waits for: it passed, but earns nothing before that one passes."""
    if test.state != "withheld":
        return test.id
    wanted = [name for entry in test.unmet for name in re.split(r"\s+(?:or|and)\s+", entry)]
    known = set(keys)
    return next((name for name in wanted if name in known), test.id)
