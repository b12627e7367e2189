"""What a place computes in a call, what depends on it, and what each change would make of it."""

from __future__ import annotations

import ast
import contextlib
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.candidate.search import changes
from grader.candidate.search.changes import Change
from grader.candidate.search.functions import compiled, swapped
from grader.candidate.search.ingredients import (
    NUMERIC,
    applied,
    ingredients,
    own_expressions,
    slopes_of_items,
)
from grader.candidate.search.places import Place
from grader.candidate.search.values import Digest, digest, parts

HOLE, NAMES = "<edit>", "<names>"  # no program can have such names
MOST_HITS = 6
MOST_CHANGES = 900  # of one place
Run = Callable[[], Any]


class Made:
    """A change, and what it makes of the expression at each hit so far."""

    def __init__(self, change: Change, code: types.CodeType, value: Any) -> None:
        self.change, self.code, self.value = change, code, value
        self.keys = [digest(value)]

    def again(self, hole: Hole, names: Mapping[str, Any]) -> None:
        try:
            with np.errstate(all="ignore"):
                self.keys.append(digest(hole.value(self.code, names)))
        except Exception as e:
            self.keys.append(type(e).__name__)


@dataclass
class Probe:
    """What was seen at a place: how often it ran, its first value, the parts of the call's value that depend
    on it (None if this can't be known), and the changes that make another value of it, by that value."""

    hits: int = 0
    value: Any = None
    moves: frozenset[str] | None = None
    made: list[list[Made]] = field(default_factory=list)  # those of one value together, the cheapest first


class Hole:
    """Stands for the expression of a place in a running function."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.code = _instrumented(place)
        self.function = place.unit.function
        self.globals = self.function.__globals__
        self.own = expression(place.unit.source.text(place.node))

    def run(self, call: Run, value_of: Callable[[Mapping[str, Any]], Any]) -> Any:
        """The call's value, with the expression's value from `value_of`, which gets the local names."""
        self.globals[HOLE], self.globals[NAMES] = value_of, locals
        with swapped(self.function, self.code):
            return call()

    def value(self, code: types.CodeType, names: Mapping[str, Any]) -> Any:
        """The value of an expression among these names."""
        return eval(code, self.globals, dict(names))


def expression(text: str) -> types.CodeType:
    """The code of an expression. Raises SyntaxError, ValueError."""
    return compile(f"({text}\n)", "<change>", "eval", dont_inherit=True)


def _instrumented(place: Place) -> types.CodeType:
    names = ast.Call(ast.Name(NAMES, ast.Load()), [], [])
    place.put(ast.Call(ast.Name(HOLE, ast.Load()), [names], []))
    try:
        return compiled(place.unit)
    finally:
        place.put(place.node)


def look(hole: Hole, call: Run, before: Mapping[str, Digest]) -> Probe:
    """Run the call with the place as it is, and again with its numbers changed a little."""
    seen = Probe()

    def value_of(names: Mapping[str, Any]) -> Any:
        seen.hits += 1
        value = hole.value(hole.own, names)
        if seen.hits == 1:
            seen.value = value
        return value

    with contextlib.suppress(BaseException):
        hole.run(call, value_of)
    seen.moves = _moves(hole, call, seen.value, before) if seen.hits else None
    return seen


def probe(place: Place, hole: Hole, call: Run) -> Probe:
    """Run the call with the place as it is, and evaluate every change of it there."""
    seen = Probe()
    made: list[Made] = []
    keys: list[Digest] = []

    busy = False

    def value_of(names: Mapping[str, Any]) -> Any:
        nonlocal busy
        value = hole.value(hole.own, names)
        if busy:  # a change calls a function that calls this one
            return value
        busy = True
        seen.hits += 1
        if seen.hits == 1:
            seen.value = value
            made.extend(_all_changes(place, hole, names, value))
        elif seen.hits <= MOST_HITS:
            for change in made:
                change.again(hole, names)
        if seen.hits <= MOST_HITS:
            keys.append(digest(value))
        busy = False
        return value

    try:
        hole.run(call, value_of)
    except BaseException:  # of the student's code, whatever it is
        return seen
    groups: dict[tuple[Digest, ...], list[Made]] = {}
    for change in made:
        if len(change.keys) == len(keys) and change.keys != keys:
            groups.setdefault(tuple(change.keys), []).append(change)
    seen.made = list(groups.values())
    return seen


def _all_changes(place: Place, hole: Hole, names: Mapping[str, Any], value: Any) -> Iterator[Made]:
    functions = {n: count for n, count in place.unit.source.functions.items() if n != place.unit.node.name}
    kept: dict[str, Any] = {}

    def fits(text: str) -> Any:
        if text not in kept:
            try:
                with np.errstate(all="ignore"):
                    other = hole.value(expression(text), names)
                kept[text] = other if isinstance(other, NUMERIC) or text.isidentifier() else None
            except Exception:
                kept[text] = None
        return kept[text]

    own = own_expressions(place.unit)
    texts = [
        *ingredients({n: v for n, v in names.items()}, own, ()),
        *slopes_of_items(own, fits),
        *applied(functions, names),
    ]
    texts = list(dict.fromkeys(texts))
    found: list[Change] = [
        *changes.operators(place),
        *changes.plain(place, functions),
        *changes.around(place, value, functions),
        *changes.brought(place, value, texts, fits),
    ]
    known: set[str] = set()
    for change in sorted(found, key=lambda c: c.cost)[:MOST_CHANGES]:
        if change.text in known:
            continue
        known.add(change.text)
        try:
            code = expression(change.text)
            with np.errstate(all="ignore"):
                made = hole.value(code, names)
        except Exception:
            continue
        if _may_serve(value, made):
            yield Made(change, code, made)


def _may_serve(value: Any, made: Any) -> bool:
    """Whether what a change makes can be what was meant: numbers stay numbers, and are finite."""
    if isinstance(value, NUMERIC) != isinstance(made, NUMERIC):
        return value is None or made is None
    if isinstance(made, NUMERIC):
        array = np.asarray(made)
        return bool(array.dtype.kind in "biuf" and (array.dtype.kind != "f" or np.isfinite(array).all()))
    return True


def _moves(hole: Hole, call: Run, value: Any, before: Mapping[str, Digest]) -> frozenset[str] | None:
    """The parts of the call's value that change if the numbers of this place change a little; None if they
    can't be changed a little."""
    if not _is_real(value):
        return None
    random = np.random.default_rng(1)

    def moved(names: Mapping[str, Any]) -> Any:
        now = np.asarray(hole.value(hole.own, names), dtype=float)
        size = float(np.abs(now).max(initial=0.0)) or 1.0
        new = now + 1e-3 * size * random.uniform(0.5, 1.0, now.shape)
        return new if now.ndim else float(new)

    try:
        with np.errstate(all="ignore"):
            after = parts(hole.run(call, moved))
    except BaseException:
        return None
    return frozenset(name for name in before if after.get(name) != before[name])


def _is_real(value: Any) -> bool:
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )
