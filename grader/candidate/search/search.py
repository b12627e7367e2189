"""The search: changes in the order of the evidence, and the value of the call that each leads to."""

from __future__ import annotations

import ast
import copy
import math
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.candidate.edits.source import Source
from grader.candidate.search.changes import Change, copied, operators, plain, rewritten
from grader.candidate.search.constants import constants_of
from grader.candidate.search.functions import TURN, Part, Turns, Unit, lines_run, units_of
from grader.candidate.search.ingredients import NUMERIC
from grader.candidate.search.places import Place, places_of
from grader.candidate.search.probe import Group, Probe
from grader.candidate.search.recording import Seen, look
from grader.candidate.search.repeated import names_of, repeated
from grader.candidate.search.statements import statements
from grader.candidate.search.values import parts

Call = Callable[[], Any]
LINES_OF_A_TRY = 300  # a change whose call runs so many lines is as much work as two of calls that run few
LINES_OF_A_TURN = 3
MOST_LOOKS = 3000  # at places of a function: so much work
LEVELS = (1.3, 1.65, 1.95, 2.45, 2.65, math.inf)
"""Costs between which changes are made together."""


@dataclass
class Tried:
    """Changes of one place that make the same of it, the function or constant they are in, and the value of
    the call with any of them."""

    changes: Sequence[Change]
    unit: Part
    value: Any
    rank: float


Todo = Callable[[], Iterator[Tried]]


class Search:
    """Changes of the functions that run in `call`. `wrong` are the parts of its value that are not right,
    `right` those that are; of the rest nothing is known."""

    def __init__(
        self, sources: Mapping[str, Source], call: Call, wrong: Collection[str], right: Collection[str] = ()
    ) -> None:
        self._call, self.wrong, self.known_right = call, frozenset(wrong), frozenset(right)
        self.tries = 0
        self.most_cost = math.inf  # of a change that is still tried
        with np.errstate(all="ignore"):
            ran, self._lines = lines_run(call, sources)
            self._turns = Turns(self._lines)
            self.units = units_of(ran, sources)
            for unit in self.units:
                unit.function.__globals__[TURN] = self._turns
            self.original = call()
        self.before = parts(self.original)

    def call(self) -> Any:
        """The call, once more."""
        self._turns.begin()
        return self._call()

    @property
    def work(self) -> int:
        """How much was done: the changes that were tried, more if their calls run many lines."""
        return self._work_of(self.tries, self._turns.more)

    def _work_of(self, calls: int, more: int = 0) -> int:
        lines = calls * (LINES_OF_A_TRY + self._lines) + more * LINES_OF_A_TURN
        return lines // LINES_OF_A_TRY

    def tried(self, most: int) -> Iterator[Tried]:
        """The changes with the values that they lead to, each value once for a place, until `most` work is
        done."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for cost, todo in self._in_order():
                if self.work >= most or cost > self.most_cost:
                    return
                yield from todo()

    def with_change(self, unit: Part, change: Change, call: Call) -> Any:
        """The value of a call with a change, from its text. Raises what the call raises."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            self._turns.begin()
            with unit.changed(change.edit):
                return call()

    def _in_order(self) -> Iterator[tuple[float, Todo]]:
        """What is tried, with its cost, in two waves: the places and statements that may explain all that is
        wrong and nothing else, then those on which right parts depend too."""
        first: list[Probe] = []
        second: list[Probe] = []
        others: list[tuple[float, Todo]] = []
        for unit in self.units:
            places = places_of(unit)
            shown = [place for place in places if not place.inner]
            for place, seen in zip(
                shown, look(unit, shown, self.call, self.before, MOST_LOOKS // self._work_of(1)), strict=True
            ):
                others += [self._statement(unit, change) for change in copied(place, seen.value)]
                rank = self.rank(seen)
                if rank is not None:
                    (first if rank <= 1.0 else second).append(Probe(place, rank))
            others += [self._statement(unit, change) for change in (*statements(unit), *repeated(unit))]
            inner = [place for place in places if place.inner]
            others += [self._statement(unit, change) for place in inner for change in changes_inside(place)]
        others += [self._statement(c, change) for c in constants_of(self.units) for change in c.changes()]
        yield from self._by_level(first, others)
        yield from self._by_level(second, [])

    def _by_level(
        self, probes: Sequence[Probe], others: Sequence[tuple[float, Todo]]
    ) -> Iterator[tuple[float, Todo]]:
        """The cheaper ones first; the changes of a level are not made before it is reached."""
        low = 0.0
        for level in LEVELS:
            high = min(level, self.most_cost)
            if high <= low:
                return
            todo = [t for probe in probes for t in self._of_place(probe, high)]
            todo += [one for one in others if low < one[0] <= high]
            yield from sorted(todo, key=lambda pair: pair[0])
            low = level

    def _of_place(self, probe: Probe, high: float) -> list[tuple[float, Todo]]:
        """The changes of a place that cost at most this."""
        try:
            groups = probe.up_to(high - probe.rank, self.call)
        except (SyntaxError, ValueError):  # no call can stand there
            return []
        return [(probe.rank + group.cost, self._one(probe, group)) for group in groups]

    def rank(self, seen: Seen) -> float | None:
        """Smaller is more likely; None for a place on which nothing wrong depends."""
        if not seen.hits:
            return None
        if seen.moves is None:
            return 1.0
        if not seen.moves & self.wrong:
            return None
        right = seen.moves & self.known_right
        missed = self.wrong - seen.moves
        return (2.0 if right else 0.0) + (1.0 if missed else 0.0)

    def _one(self, probe: Probe, group: Group) -> Todo:
        first, hole = group.made[0], probe.hole
        is_known = probe.hits == 1 and isinstance(first.value, NUMERIC)  # objects belong to their call

        def value_of(names: Mapping[str, Any]) -> Any:
            return copy.copy(first.value) if is_known else hole.value(first.code, names)

        def run() -> Iterator[Tried]:
            before = group.before
            if before is None:
                self.tries += 1
                try:
                    group.value = hole.run(self.call, value_of)
                except BaseException:  # of the student's code, whatever it is
                    return
            elif before.ran:
                group.value = before.value
            else:
                return
            group.ran = True
            yield Tried([m.change for m in group.made], probe.place.unit, group.value, probe.rank)

        return run

    def _statement(self, unit: Part, change: Change) -> tuple[float, Todo]:
        def run() -> Iterator[Tried]:
            self.tries += 1
            try:
                with unit.changed(change.edit):
                    value = self.call()
            except BaseException:  # of the student's code, whatever it is
                return
            yield Tried([change], unit, value, 1.0)

        return 1.0 + change.cost, run


def changes_inside(place: Place) -> list[Change]:
    """The changes of an expression in a scope of its own, such as a comprehension, where no value is seen."""
    unit = place.unit
    found = [*operators(place), *plain(place, unit.source.functions)]
    if isinstance(place.node, ast.Name):
        names = [name for name in names_of(unit) if name != place.node.id]
        found += [rewritten(place, "another name", 1.5, name) for name in names]
        found.append(rewritten(place, "copy", 1.6, f"{place.node.id}.copy()"))
        for name in _bound_inside(unit):
            if name != place.node.id:
                found.append(rewritten(place, "missing factor", 2.0, f"{place.node.id} * {name}"))
    return list({change.edit: change for change in found}.values())


def _bound_inside(unit: Unit) -> list[str]:
    """The names that the comprehensions of a function bind."""
    loops = [node for node in ast.walk(unit.node) if isinstance(node, ast.comprehension)]
    names = [n.id for loop in loops for n in ast.walk(loop.target) if isinstance(n, ast.Name)]
    return list(dict.fromkeys(names))[:4]
