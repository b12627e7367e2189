"""The diagnosis of the values and error signals of a small computation graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from grader.diagnosis.graph_names import node_text
from grader.values import Diagnosis, Fit
from grader.values.student_faults import CandidateLost, StudentFault
from reference.arrays import Array
from reference.graph import INPUT, Graph
from reference.mistakes.graph_passes import Change, GraphPass, predicted
from reference.mistakes.graphs import graph_changes
from reference.notation import bar

# Computed at most, for single mistakes and for pairs: counts, so that every machine gives the same report.
# The first is enough for a recurrent net of 9 steps. If it isn't, no mistake is named: others might fit too.
MOST_NODES_SINGLE, MOST_NODES = 30_000, 3_000
RELATIVE, ROUNDING = 1e-9, 1e-14


@dataclass(frozen=True)
class GraphResult:
    """One call: the returned arrays by key, and the right pass."""

    got: Mapping[str, Array]
    right: GraphPass


class Signals:
    """Diagnoses `function(*arguments)`, which returns a dict of values and error signals of a graph.

    `graph` is one of reference.graph; `arguments` are those of the check, and `inputs` names their nodes.
    `keys` gives the node of each of the student's keys: "z" is a value, "z_bar" an error signal. `draw(rng)`
    returns other arguments; `constants` are inputs that are not arguments.
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
        self,
        got: Any,
        *,
        own_loss: bool = False,
        known: frozenset[str] = frozenset(),
        accepted: Sequence[Any] = (),
    ) -> Diagnosis | None:
        """The mistake that explains these values and error signals, or the first wrong one; None if nothing
        can be said."""
        points = [self.arguments, *(tuple(self.draw(g)) for g in self.rng.spawn(2))]
        answers = [got, *(self._answer(point) for point in points[1:])]
        read = [self._read(point, answer) for point, answer in zip(points, answers, strict=True)]
        results = [result for result in read if result is not None]
        if len(results) < len(read) or not results[0].got:
            return None
        shared = set.intersection(*(set(result.got) for result in results))
        calls = [GraphResult({k: v for k, v in r.got.items() if k in shared}, r.right) for r in results]
        if all(self._fits([calls[i]], Change("", "")) for i in range(len(calls))):
            return None
        most = MOST_NODES_SINGLE // len(self.graph)
        singles = [(change,) for change in islice(graph_changes(self.graph, self.end), most + 1)]
        if len(singles) > most:
            return self._unexplained(calls)
        explanations = self._explanations(singles, calls) or self._explanations(
            islice(self._pairs(calls), MOST_NODES // len(self.graph)), calls
        )
        return self._explained(explanations, calls) if explanations else self._unexplained(calls)

    def _answer(self, point: Sequence[Any]) -> Any:
        """The return value of the student's function; None if it raises."""
        try:
            return self.function(*point)
        except CandidateLost:
            raise
        except StudentFault:
            return None

    def _read(self, point: Sequence[Any], got: Any) -> GraphResult | None:
        """The return value as arrays of any shape; None if it is not a dict of finite numbers."""
        if not isinstance(got, Mapping):
            return None
        inputs = {**self.constants, **dict(zip(self.inputs, point, strict=True))}
        right = GraphPass(self.graph, inputs, self.end).run()
        arrays = {}
        for key in self.keys:
            value = got.get(key)
            if isinstance(value, int | float | np.number | np.ndarray) and not isinstance(value, bool):
                array = np.asarray(value)
                if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
                    return None
                arrays[key] = array.astype(np.float64)
        return GraphResult(arrays, right)

    def _expected(self, result: GraphResult, change: tuple[Change, ...] | Change) -> dict[str, Array]:
        chosen = change if isinstance(change, Change) else _together(change)
        values, signals = predicted(result.right, chosen)
        return {
            key: (signals if _is_signal(key) else values)[node]
            for key, node in self.keys.items()
            if key in result.got
        }

    def _fits(self, calls: Sequence[GraphResult], change: tuple[Change, ...] | Change) -> bool:
        for result in calls:
            want = self._expected(result, change)
            if any(not near(got, want[key]) for key, got in result.got.items()):
                return False
        return True

    def _explanations(
        self,
        candidates: Sequence[tuple[Change, ...]] | Iterator[tuple[Change, ...]],
        calls: Sequence[GraphResult],
    ) -> list[tuple[Change, ...]]:
        """The candidates that explain every call. Our own draws are compared first, since on them different
        mistakes have different results."""
        fitting: dict[tuple[tuple[str, str], ...], tuple[Change, ...]] = {}
        for changes in candidates:
            if self._fits(calls[1:], changes) and self._fits(calls[:1], changes):
                fitting.setdefault(tuple((c.id, self._first(calls[1], c)) for c in changes), changes)
        return list(fitting.values())

    def _pairs(self, calls: Sequence[GraphResult]) -> Iterator[tuple[Change, ...]]:
        """Pairs of mistakes of which one alone explains some of the wrong values."""
        every = [change for change in graph_changes(self.graph, self.end) if not change.walk]
        wrong = self._wrong_keys(calls[1], Change("", ""))
        ranked = sorted(
            ((len(wrong - self._wrong_keys(calls[1], c)), i) for i, c in enumerate(every)), reverse=True
        )
        for gain, at in ranked:
            if gain:
                for other in every:
                    if other is not every[at] and other.id != every[at].id:
                        yield every[at], other

    def _wrong_keys(self, result: GraphResult, change: Change) -> set[str]:
        """The keys whose values are not those under this change."""
        want = self._expected(result, change)
        return {key for key, got in result.got.items() if not near(got, want[key])}

    def _first(self, result: GraphResult, change: Change | tuple[Change, ...]) -> str:
        """The key of the first error signal that this changes on the way back, or else of the first value."""
        right, changed = self._expected(result, Change("", "")), self._expected(result, change)
        return self._foremost(key for key in right if not near(changed[key], right[key]))

    def _foremost(self, keys: Iterator[str] | Sequence[str]) -> str:
        """The first error signal on the way back from the end; else the first value on the way to the end."""
        order = {name: place for place, name in enumerate(self.graph)}
        candidates = list(keys)
        signals = [key for key in candidates if _is_signal(key)]
        if signals:
            return max(signals, key=lambda key: order[self.keys[key]])
        return min(candidates, key=lambda key: order[self.keys[key]], default="")

    def _explained(
        self, explanations: Sequence[tuple[Change, ...]], calls: Sequence[GraphResult]
    ) -> Diagnosis | None:
        """The diagnosis for these explanations."""
        shown = list(explanations[:3])
        pairs = len(shown[0]) > 1
        if pairs and len(explanations) > 1:
            return self._unexplained(calls)
        fit = Fit.BOTH if pairs else Fit.ONE if len(explanations) == 1 else Fit.EITHER
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
        first = self._foremost(
            [key for result in calls[1:] for key in self._wrong_keys(result, Change("", ""))]
        )
        about = "values" if first and not _is_signal(first) else "signals"
        common = (
            ("about", about),
            ("parameters", " ".join(calls[0].got)),
            *((("value", first),) if about == "values" and first else ()),
        )
        error = self._error(calls, shown[0])
        return Diagnosis(fit, names, self._written(first), (*common, *facts), error, 2)

    def _unexplained(self, calls: Sequence[GraphResult]) -> Diagnosis | None:
        """The diagnosis if no mistake fits: the first wrong error signal or value."""
        wrong = sorted({key for result in calls[1:] for key in self._wrong_keys(result, Change("", ""))})
        if not wrong:
            return Diagnosis(Fit.NONE, (), "", (("how", "only-here"),), 0.0, 2)
        first = self._foremost(wrong)
        if not _is_signal(first):
            return Diagnosis(Fit.NONE, (), "", (("how", "value"), ("value", first)), 0.0, 2)
        entries = str(calls[1].got[first].size)
        ratios = [
            _ratio(result.got[first], self._expected(result, Change("", ""))[first]) for result in calls[1:]
        ]
        constant = ratios[0] is not None and all(
            r is not None and abs(r - ratios[0]) <= 1e-7 * abs(ratios[0]) for r in ratios
        )
        how = (
            (("how", "ratio"), ("ratio", f"{ratios[0]:.4g}"), ("entries", entries))
            if constant
            else (("how", "differs"),)
        )
        return Diagnosis(Fit.NONE, (), self._written(first), how, 0.0, 2)

    def _written(self, key: str) -> str:
        """The error signal of this key in the lecture's notation; "" for a value."""
        return bar(self.keys[key]) if key and _is_signal(key) else ""

    def _error(self, calls: Sequence[GraphResult], changes: tuple[Change, ...]) -> float:
        """The largest relative error of the match."""
        worst = 0.0
        for result in calls:
            want = self._expected(result, changes)
            for key, got in result.got.items():
                size = float(np.linalg.norm(got) + np.linalg.norm(want[key]))
                worst = max(worst, float(np.linalg.norm(got - want[key])) / size if size else 0.0)
        return worst

    def _facts(self, change: Change, key: str) -> tuple[tuple[str, str], ...]:
        """The node where the change is visible, and the node that its error signal comes from."""
        node = self.keys.get(key, "")
        child = self._visible(change.at or self._child_of(node))
        names = {
            "p": node,
            "c": child,
            "p_bar": bar(node) if node else "",
            "c_bar": bar(child) if child else "",
            "at": self._text(change.at),
        }
        facts = ((name, self._text(text) if name == "shared" else text) for name, text in change.facts)
        return (*((name, text) for name, text in names.items() if text), *facts)

    def _text(self, node: str) -> str:
        """The node's name if the student's code has it, else its formula; "" for none."""
        known = set(self.keys.values())
        return node_text(self.graph, known, self.constants, node) if node else ""

    def _child_of(self, node: str) -> str:
        return next((str(name) for name, n in self.graph.items() if node in n.parents), node)

    def _visible(self, node: str) -> str:
        """The node itself if its value or error signal is returned, else the next such node."""
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
    """All these changes in one, without `only` and `walk`; a single change as it is."""
    if len(changes) == 1:
        return changes[0]
    shares = {edge: share for change in changes for edge, share in (change.shares or {}).items()}
    joins = {name: how for change in changes for name, how in (change.joins or {}).items()}
    operations = {name: op for change in changes for name, op in (change.operations or {}).items()}
    adds = {name: square for change in changes for name, square in (change.adds or {}).items()}
    return Change(changes[0].id, changes[0].at, shares, joins, operations, "", adds)


__all__ = ["INPUT", "Signals", "near"]
