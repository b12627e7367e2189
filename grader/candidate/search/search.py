"""The search: changes in the order of the evidence, and the value of the call that each leads to."""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.candidate.edits.source import Source
from grader.candidate.search.changes import Change, copied, operators, plain, rewritten
from grader.candidate.search.functions import TURN, Turns, Unit, compiled_with, lines_run, swapped, units_of
from grader.candidate.search.places import Place, places_of
from grader.candidate.search.probe import Hole, Made, Probe, look, probe
from grader.candidate.search.repeated import names_of, repeated
from grader.candidate.search.statements import statements
from grader.candidate.search.values import parts

Call = Callable[[], Any]


@dataclass
class Tried:
    """Changes of one place that make the same of it, the unit they are in, and the value of the call with any
    of them."""

    changes: Sequence[Change]
    unit: Unit
    value: Any
    rank: float


class Search:
    """Changes of the functions that run in `call`. `wrong` are the parts of its value that are not right,
    `right` those that are; of the rest nothing is known."""

    def __init__(
        self, sources: Mapping[str, Source], call: Call, wrong: Collection[str], right: Collection[str] = ()
    ) -> None:
        self._call, self.wrong, self.known_right = call, frozenset(wrong), frozenset(right)
        self.tries = 0
        self._turns = Turns()
        with np.errstate(all="ignore"):
            self.units = units_of(lines_run(call, sources), sources)
            for unit in self.units:
                unit.function.__globals__[TURN] = self._turns
            self.original = call()
        self.before = parts(self.original)

    def call(self) -> Any:
        """The call, once more."""
        self._turns.begin()
        return self._call()

    def tried(self, most: int) -> Iterator[Tried]:
        """The changes with the values that they lead to, each value once for a place, at most `most`."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for todo in self._in_order():
                if self.tries >= most:
                    return
                yield from todo()

    def with_change(self, unit: Unit, change: Change, call: Call) -> Any:
        """The value of a call with a change, from its text. Raises what the call raises."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            self._turns.begin()
            with swapped(unit.function, compiled_with(unit, change.edit)):
                return call()

    def _in_order(self) -> Iterator[Callable[[], Iterator[Tried]]]:
        """What is tried, in two waves: the places and statements that may explain all that is wrong and
        nothing else, then those on which right parts depend too."""
        inner: list[Place] = []
        copies: list[tuple[Unit, Change]] = []
        first: list[tuple[Place, Hole, float]] = []
        second: list[tuple[Place, Hole, float]] = []
        for unit in self.units:
            for place in places_of(unit):
                if place.inner:
                    inner.append(place)
                    continue
                try:
                    hole = Hole(place)
                except (SyntaxError, ValueError):
                    continue
                seen = look(hole, self.call, self.before)
                copies += [(unit, change) for change in copied(place, seen.value)]
                rank = self.rank(seen)
                if rank is not None:
                    (first if rank <= 1.0 else second).append((place, hole, rank))
        todo = [t for found in first for t in self._of_place(*found)]
        todo += [
            (1.0 + c.cost, self._statement(u, c)) for u in self.units for c in (*statements(u), *repeated(u))
        ]
        todo += [(1.0 + c.cost, self._statement(unit, c)) for unit, c in copies]
        todo += [(1.0 + c.cost, self._statement(p.unit, c)) for p in inner for c in changes_inside(p)]
        yield from (what for _, what in sorted(todo, key=lambda pair: pair[0]))
        todo = [t for found in second for t in self._of_place(*found)]
        yield from (what for _, what in sorted(todo, key=lambda pair: pair[0]))

    def _of_place(
        self, place: Place, hole: Hole, rank: float
    ) -> Iterator[tuple[float, Callable[[], Iterator[Tried]]]]:
        seen = probe(place, hole, self.call)
        for made in seen.made:
            yield rank + made[0].change.cost, self._one(place, hole, made, once=seen.hits == 1, rank=rank)

    def rank(self, seen: Probe) -> float | None:
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

    def _one(
        self, place: Place, hole: Hole, made: Sequence[Made], *, once: bool, rank: float
    ) -> Callable[[], Iterator[Tried]]:
        first = made[0]

        def value_of(names: Mapping[str, Any]) -> Any:
            return copy.copy(first.value) if once else hole.value(first.code, names)

        def run() -> Iterator[Tried]:
            self.tries += 1
            try:
                value = hole.run(self.call, value_of)
            except BaseException:  # of the student's code, whatever it is
                return
            yield Tried([m.change for m in made], place.unit, value, rank)

        return run

    def _statement(self, unit: Unit, change: Change) -> Callable[[], Iterator[Tried]]:
        def run() -> Iterator[Tried]:
            self.tries += 1
            try:
                with swapped(unit.function, compiled_with(unit, change.edit)):
                    value = self.call()
            except BaseException:  # of the student's code, whatever it is
                return
            yield Tried([change], unit, value, 1.0)

        return run


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
