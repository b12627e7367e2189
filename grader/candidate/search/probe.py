"""What each change of a place would make of it, in the call."""

from __future__ import annotations

import ast
import functools
import operator
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader.candidate.search import changes
from grader.candidate.search.changes import Change
from grader.candidate.search.functions import compiled, swapped
from grader.candidate.search.ingredients import (
    NUMERIC,
    applied,
    attributes,
    ingredients,
    own_expressions,
    slopes_of_items,
)
from grader.candidate.search.places import Place
from grader.candidate.search.values import Digest, digest

HOLE, NAMES = "<edit>", "<names>"  # no program can have such names
MOST_HITS = 6
MOST_CHANGES = 900  # of one place
AROUND, BROUGHT = 1.3, 1.6  # the least costs of changes around a place, and of those that bring something
Run = Callable[[], Any]
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "*": operator.mul, "/": operator.truediv, "+": operator.add, "-": operator.sub,
}  # fmt: skip


class Hole:
    """Stands for the expression of a place in a running function. Raises SyntaxError, ValueError."""

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


@functools.lru_cache(maxsize=20_000)
def expression(text: str) -> types.CodeType:
    """The code of an expression. Raises SyntaxError, ValueError."""
    return compile(f"({text}\n)", "<change>", "eval", dont_inherit=True)


def _instrumented(place: Place) -> types.CodeType:
    names = ast.Call(ast.Name(NAMES, ast.Load()), [], [])
    place.put(ast.fix_missing_locations(ast.Call(ast.Name(HOLE, ast.Load()), [names], [])))
    try:
        return compiled(place.unit)
    finally:
        place.put(place.node)


class Scope:
    """The names at a place when it runs, its own value, and the values of other texts there, each computed
    once."""

    def __init__(self, hole: Hole, names: Mapping[str, Any]) -> None:
        self.hole, self.names = hole, dict(names)
        self.own = hole.value(hole.own, names)
        self._values: dict[str, Any] = {}

    def value(self, text: str) -> Any:
        """The value of a text. Raises what it raises, and SyntaxError and ValueError."""
        if text not in self._values:
            self._values[text] = self.hole.value(expression(text), self.names)
        return self._values[text]

    def fits(self, text: str) -> Any:
        """The value of a text that can be brought here, None if it has none."""
        try:
            value = self.value(text)
        except Exception:
            return None
        return value if isinstance(value, NUMERIC) or text.isidentifier() else None

    def made(self, change: Change) -> Any:
        """What a change makes of the place. Raises what it raises."""
        if change.sign:
            return _SIGNS[change.sign](self.own, self.value(change.beside))
        return self.hole.value(expression(change.text), self.names)


class Made:
    """A change, and what it makes of the expression at each hit so far."""

    def __init__(self, change: Change, value: Any) -> None:
        self.change, self.value = change, value
        self.keys = [digest(value, ids=True)]

    @property
    def code(self) -> types.CodeType:
        """The code of the new expression."""
        return expression(self.change.text)

    def again(self, scope: Scope) -> None:
        try:
            self.keys.append(digest(scope.made(self.change), ids=True))
        except Exception as e:
            self.keys.append(type(e).__name__)


class Group:
    """Changes of a place that make the same of it, the cheapest first; `before` is an earlier group of the
    same. `value` is the value of the call with them, once it `ran`."""

    def __init__(self, made: list[Made], before: Group | None) -> None:
        self.made, self.before = made, before
        self.ran, self.value = False, None

    @property
    def cost(self) -> float:
        """The cost of the cheapest change."""
        return self.made[0].change.cost


class Probe:
    """The changes of a place. They are made as late as possible: most searches end before the dear ones."""

    def __init__(self, place: Place, rank: float) -> None:
        self.place, self.rank, self.hits = place, rank, 0
        self._hole: Hole | None = None
        self._waiting: list[Change] = []
        self._generated = self._count = 0
        self._known: set[str] = set()
        self._groups: dict[tuple[Digest, ...], Group] = {}
        self._is_returned = isinstance(place.parent, ast.Return)

    @property
    def hole(self) -> Hole:
        """Raises SyntaxError, ValueError."""
        if self._hole is None:
            self._hole = Hole(self.place)
        return self._hole

    def up_to(self, cost: float, call: Run) -> list[Group]:
        """The further groups of changes that cost at most this, from a run of the call."""
        if not self._has_more(cost):
            return []
        made: list[Made] = []
        keys: list[Digest] = []
        busy = False
        hits = 0

        def value_of(names: Mapping[str, Any]) -> Any:
            nonlocal busy, hits
            if busy:  # a change calls a function that calls this one
                return self.hole.value(self.hole.own, names)
            busy = True
            hits += 1
            if hits > MOST_HITS:
                value = self.hole.value(self.hole.own, names)
            else:
                scope = Scope(self.hole, names)
                value = scope.own
                with np.errstate(all="ignore"):
                    if hits == 1:
                        made.extend(self._made(scope, cost))
                    else:
                        for one in made:
                            one.again(scope)
                keys.append(digest(value, ids=True))
            busy = False
            return value

        try:
            self.hole.run(call, value_of)
        except BaseException:  # of the student's code, whatever it is
            return []
        self.hits = hits
        return self._grouped(made, keys)

    def _has_more(self, cost: float) -> bool:
        if self._count >= MOST_CHANGES:
            return False
        least = (0.0, AROUND, BROUGHT)[self._generated] if self._generated < 3 else cost + 1
        return least <= cost or any(change.cost <= cost for change in self._waiting)

    def _made(self, scope: Scope, cost: float) -> Iterator[Made]:
        self._generate(scope, cost)
        now = [change for change in self._waiting if change.cost <= cost]
        self._waiting = self._waiting[len(now) :]
        for change in now[: MOST_CHANGES - self._count]:
            self._count += 1
            if change.text in self._known:
                continue
            self._known.add(change.text)
            try:
                value = scope.made(change)
            except Exception:
                continue
            if _may_serve(scope.own, value) and not (self._is_returned and _is_truth(scope.own, value)):
                yield Made(change, value)

    def _generate(self, scope: Scope, cost: float) -> None:
        """Add the changes to those that wait, if some of them may cost no more than this."""
        place, value = self.place, scope.own
        unit = place.unit
        functions = {n: count for n, count in unit.source.functions.items() if n != unit.node.name}
        found: list[Change] = list(self._waiting)
        if self._generated == 0:
            found += [*changes.operators(place), *changes.plain(place, functions)]
            self._generated = 1
        if self._generated == 1 and cost >= AROUND:
            found += changes.around(place, value, functions)
            self._generated = 2
        if self._generated == 2 and cost >= BROUGHT:
            own = own_expressions(unit)
            held = attributes({**scope.names, **_holder(place, scope)})
            texts = dict.fromkeys(
                (
                    *ingredients(scope.names, own, held),
                    *slopes_of_items(own, scope.fits),
                    *applied(functions, scope.names),
                )
            )
            found += changes.brought(place, value, list(texts), scope.fits)
            self._generated = 3
        self._waiting = sorted(found, key=lambda c: c.cost)

    def _grouped(self, made: list[Made], keys: list[Digest]) -> list[Group]:
        found: dict[tuple[Digest, ...], Group] = {}
        for one in made:
            if len(one.keys) != len(keys) or one.keys == keys:
                continue
            key = tuple(one.keys)
            if key in found:
                found[key].made.append(one)
            else:
                found[key] = Group([one], self._groups.get(key))
        self._groups = {**found, **self._groups}
        return list(found.values())


def _holder(place: Place, scope: Scope) -> dict[str, Any]:
    """The object whose attribute is at this place, by its text; none if it has a name."""
    node = place.node
    if not isinstance(node, ast.Attribute) or isinstance(node.value, ast.Name | ast.Call):
        return {}
    text = place.unit.source.text(node.value)
    try:
        return {text: scope.value(text)}
    except Exception:  # of the student's code, whatever it is
        return {}


def _is_truth(value: Any, made: Any) -> bool:
    """Whether fractions become truth values: a function does not return these for those, though they compare
    as equal to 0.0 and 1.0."""
    numbers = isinstance(value, NUMERIC) and isinstance(made, NUMERIC)
    return numbers and np.asarray(value).dtype.kind == "f" and np.asarray(made).dtype.kind == "b"


def _may_serve(value: Any, made: Any) -> bool:
    """Whether what a change makes can be what was meant: numbers stay numbers, and are finite."""
    if isinstance(value, NUMERIC) != isinstance(made, NUMERIC):
        return value is None or made is None
    if isinstance(made, NUMERIC):
        array = np.asarray(made)
        return bool(array.dtype.kind in "biuf" and (array.dtype.kind != "f" or np.isfinite(array).all()))
    return True
