"""The diagnosis of the values and error signals of a small computation graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.values import Diagnosis, Fit
from grader.values.student_faults import CandidateLost, StudentFault
from reference.arrays import Array
from reference.graph import INPUT, Graph
from reference.mistakes.graph_passes import Change, GraphPass, predicted
from reference.mistakes.graphs import graph_changes
from reference.mistakes.notation import bar

BUDGET_S = 0.05
RELATIVE, ROUNDING = 1e-9, 1e-14


@dataclass(frozen=True)
class Told:
    """One call: what came back under the keys asked for, and the right pass."""

    got: Mapping[str, Array]
    right: GraphPass


class Signals:
    """Diagnoses `function(*arguments)`, which returns a dict of values and error signals of a graph.

    `graph` is one of reference.graph; `arguments` are those of the check, named in `inputs` by their nodes.
    `keys` takes the student's keys to nodes: "z" to a value, "z_bar" to a signal. `draw(rng)` gives
    other arguments; `constants` are inputs that are no arguments.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        rng: np.random.Generator,
        arguments: Sequence[Any],
        *,
        graph: Graph,
        inputs: Sequence[str],
        end: str,
        keys: Mapping[str, str],
        draw: Callable[[np.random.Generator], Sequence[Any]],
        constants: Mapping[str, float] | None = None,
    ) -> None:
        self.function, self.rng, self.arguments = function, rng, tuple(arguments)
        self.graph, self.inputs, self.end, self.draw = graph, tuple(inputs), end, draw
        self.keys, self.constants = dict(keys), dict(constants or {})

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Which mistake made these values and signals, or which departs first; None where nothing can
        be said."""
        points = [self.arguments, *(tuple(self.draw(g)) for g in self.rng.spawn(2))]
        answers = [got, *(self._answer(point) for point in points[1:])]
        told = [self._told(point, answer) for point, answer in zip(points, answers, strict=True)]
        kept = [each for each in told if each is not None]
        if len(kept) < len(told) or not kept[0].got:
            return None
        shared = set.intersection(*(set(each.got) for each in kept))
        calls = [Told({k: v for k, v in t.got.items() if k in shared}, t.right) for t in kept]
        if all(self._fits([calls[i]], Change("", "")) for i in range(len(calls))):
            return None
        found = self._named([(change,) for change in graph_changes(self.graph, self.end)], calls, None)
        found = found or self._named(self._pairs(calls), calls, time.thread_time() + BUDGET_S)
        return self._diagnosis(found, calls) if found else self._unnamed(calls)

    def _answer(self, point: Sequence[Any]) -> Any:
        try:
            return self.function(*point)
        except CandidateLost:
            raise
        except StudentFault:
            return None

    def _told(self, point: Sequence[Any], got: Any) -> Told | None:
        """The answer as arrays of the right shapes or others; None if it is no dict of numbers."""
        if not isinstance(got, Mapping):
            return None
        given = {**self.constants, **dict(zip(self.inputs, point, strict=True))}
        right = GraphPass(self.graph, given, self.end).run()
        arrays = {}
        for key in self.keys:
            value = got.get(key)
            if isinstance(value, int | float | np.number | np.ndarray) and not isinstance(value, bool):
                array = np.asarray(value)
                if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
                    return None
                arrays[key] = array.astype(np.float64)
        return Told(arrays, right)

    def _expected(self, told: Told, change: tuple[Change, ...] | Change) -> dict[str, Array]:
        chosen = change if isinstance(change, Change) else _together(change)
        values, signals = predicted(told.right, chosen)
        return {
            key: (signals if _is_signal(key) else values)[node]
            for key, node in self.keys.items()
            if key in told.got
        }

    def _fits(self, calls: Sequence[Told], change: tuple[Change, ...] | Change) -> bool:
        for told in calls:
            want = self._expected(told, change)
            if any(not near(got, want[key]) for key, got in told.got.items()):
                return False
        return True

    def _named(
        self,
        candidates: Sequence[tuple[Change, ...]] | Iterator[tuple[Change, ...]],
        calls: Sequence[Told],
        end: float | None,
    ) -> list[tuple[Change, ...]]:
        """The candidates that explain every call, our own draws first: those tell mistakes apart."""
        found: dict[tuple[tuple[str, str], ...], tuple[Change, ...]] = {}
        for changes in candidates:
            if end is not None and time.thread_time() > end:
                break
            if self._fits(calls[1:], changes) and self._fits(calls[:1], changes):
                found.setdefault(tuple((c.id, self._first(calls[1], c)) for c in changes), changes)
        return list(found.values())

    def _pairs(self, calls: Sequence[Told]) -> Iterator[tuple[Change, ...]]:
        """Two mistakes, of which one alone brings some of what departs to agree."""
        every = list(graph_changes(self.graph, self.end))
        off = self._off(calls[1], Change("", ""))
        ranked = sorted(((len(off - self._off(calls[1], c)), i) for i, c in enumerate(every)), reverse=True)
        for gain, at in ranked:
            if gain:
                for other in every:
                    if other is not every[at] and other.id != every[at].id:
                        yield every[at], other

    def _off(self, told: Told, change: Change) -> set[str]:
        want = self._expected(told, change)
        return {key for key, got in told.got.items() if not near(got, want[key])}

    def _first(self, told: Told, change: Change | tuple[Change, ...]) -> str:
        """The key of the first signal that this changes on the way back; of a value, if no signal."""
        right, made = self._expected(told, Change("", "")), self._expected(told, change)
        return self._foremost(key for key in right if not near(made[key], right[key]))

    def _foremost(self, keys: Iterator[str] | Sequence[str]) -> str:
        """The first signal on the way back from the end; else the first value on the way there."""
        order = {name: place for place, name in enumerate(self.graph)}
        off = list(keys)
        signals = [key for key in off if _is_signal(key)]
        if signals:
            return max(signals, key=lambda key: order[self.keys[key]])
        return min(off, key=lambda key: order[self.keys[key]], default="")

    def _diagnosis(self, found: Sequence[tuple[Change, ...]], calls: Sequence[Told]) -> Diagnosis | None:
        shown = list(found[:3])
        pairs = len(shown[0]) > 1
        if pairs and len(found) > 1:
            return self._unnamed(calls)
        fit = Fit.BOTH if pairs else Fit.ONE if len(found) == 1 else Fit.EITHER
        flat = [change for changes in shown for change in changes]
        firsts = [self._first(calls[1], change) for change in flat]
        names = tuple(
            f"{c.id}:{self.keys[key]}" if key else c.id for c, key in zip(flat, firsts, strict=True)
        )
        facts = [
            (f"{at}.{name}", text)
            for at, (change, key) in enumerate(zip(flat, firsts, strict=True))
            for name, text in self._facts(change, key)
        ]
        whole = self._foremost([key for told in calls[1:] for key in self._off(told, Change("", ""))])
        about = "values" if whole and not _is_signal(whole) else "signals"
        common = (("about", about), ("parameters", " ".join(calls[0].got)))
        return Diagnosis(fit, names, self._written(whole), (*common, *facts), self._error(calls, shown[0]), 2)

    def _unnamed(self, calls: Sequence[Told]) -> Diagnosis | None:
        off = sorted({key for told in calls[1:] for key in self._off(told, Change("", ""))})
        if not off:
            return Diagnosis(Fit.NONE, (), "", (("how", "only-here"),), 0.0, 2)
        first = self._foremost(off)
        if not _is_signal(first):
            return Diagnosis(Fit.NONE, (), "", (("how", "value"), ("value", first)), 0.0, 2)
        ratios = [_ratio(told.got[first], self._expected(told, Change("", ""))[first]) for told in calls[1:]]
        constant = ratios[0] is not None and all(
            r is not None and abs(r - ratios[0]) <= 1e-7 * abs(ratios[0]) for r in ratios
        )
        how = (
            (("how", "ratio"), ("ratio", f"{ratios[0]:.4g}"), ("signal", self._written(first)))
            if constant
            else (("how", "differs"),)
        )
        return Diagnosis(Fit.NONE, (), self._written(first), how, 0.0, 2)

    def _written(self, key: str) -> str:
        return bar(self.keys[key]) if key and _is_signal(key) else ""

    def _error(self, calls: Sequence[Told], changes: tuple[Change, ...]) -> float:
        """The largest relative error of the match."""
        worst = 0.0
        for told in calls:
            want = self._expected(told, changes)
            for key, got in told.got.items():
                size = float(np.linalg.norm(got) + np.linalg.norm(want[key]))
                worst = max(worst, float(np.linalg.norm(got - want[key])) / size if size else 0.0)
        return worst

    def _facts(self, change: Change, key: str) -> tuple[tuple[str, str], ...]:
        """The node where it shows, and the one that its signal comes from."""
        node = self.keys.get(key, "")
        child = self._seen_from(change.at or self._child_of(node))
        names = {
            "p": node,
            "c": child,
            "p_bar": bar(node) if node else "",
            "c_bar": bar(child) if child else "",
            "at": change.at,
            "only": change.only,
        }
        return (*((name, text) for name, text in names.items() if text), *change.facts)

    def _child_of(self, node: str) -> str:
        return next((str(name) for name, n in self.graph.items() if node in n.parents), node)

    def _seen_from(self, node: str) -> str:
        """The node itself if its value or signal is asked for, else the next one that is."""
        known = set(self.keys.values())
        for _ in range(len(self.graph)):
            if node in known or node == self.end:
                return node
            node = self._child_of(node)
        return node


def near(got: Array, want: Array) -> bool:
    """Whether two arrays agree, shape and values."""
    if got.shape != want.shape:
        return False
    with np.errstate(all="ignore"):
        off = float(np.linalg.norm(got - want))
        size = float(np.linalg.norm(got)) + float(np.linalg.norm(want))
        return off <= RELATIVE * size + ROUNDING * min(size, 1.0)


def _is_signal(key: str) -> bool:
    return key.endswith("_bar")


def _ratio(got: Array, want: Array) -> float | None:
    if got.shape != want.shape or not want.any():
        return None
    factor = float(np.vdot(got, want) / np.vdot(want, want))
    return factor if near(got, factor * want) and np.isfinite(factor) else None


def _together(changes: tuple[Change, ...]) -> Change:
    """One change that makes all of them; a change that shows in one node alone does so for all."""
    shares = {edge: share for change in changes for edge, share in (change.shares or {}).items()}
    joins = {name: how for change in changes for name, how in (change.joins or {}).items()}
    operations = {name: op for change in changes for name, op in (change.operations or {}).items()}
    adds = {name: square for change in changes for name, square in (change.adds or {}).items()}
    only = changes[0].only if len(changes) == 1 else ""
    return Change(changes[0].id, changes[0].at, shares, joins, operations, only, adds)


__all__ = ["INPUT", "Signals", "near"]
