"""Slips on a computation graph: at an edge on the way back, where paths meet, or in a node's value.

The graph is that of reference.graph, with further operations below. A pass can be wrong at an
edge (child, slot of the parent), in how a node joins the shares of its children, or in the
operation of a node, with the backward pass that belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from reference.arrays import Array, as_float64
from reference.graph import INPUT, Graph, Node, topological_order
from reference.operations import OPERATIONS, Operation

ALL: dict[str, Operation] = {
    **OPERATIONS,
    "cos": Operation(1, np.cos, lambda bar, y, z: (-bar * np.sin(z),)),
    "sin": Operation(1, np.sin, lambda bar, y, z: (bar * np.cos(z),)),
    "identity": Operation(1, lambda z: z + 0.0, lambda bar, y, z: (bar,)),
    "first": Operation(2, lambda a, b: a + 0.0, lambda bar, y, a, b: (bar, np.zeros_like(b))),
    "second": Operation(2, lambda a, b: b + 0.0, lambda bar, y, a, b: (np.zeros_like(a), bar)),
}
SINGLE_EDGES = 24  # nodes; in larger graphs a slip is looked for at every node alike
Edge = tuple[str, int]
Share = Callable[[Array, Array, tuple[Array, ...], int, Array], Array]
"""From the child's signal and value, its parents' values, the slot and the right share."""


@dataclass(frozen=True)
class GraphSlip:
    """A slip at edges: `share` replaces the right one. `operations` are those whose edges it can
    stand at, all if empty; `whole` means at every edge of a node, else at one."""

    id: str
    share: Share
    operations: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Change:
    """What a wrong pass does: shares by edge, how nodes join shares, operations by node. With `only`, the
    change shows in that node's signal alone and is not handed on, or ("values") in values alone, or
    ("forward") a changed operation has the right one's way back."""

    id: str
    at: str
    shares: Mapping[Edge, Share] | None = None
    joins: Mapping[str, Literal["last", "first", "mean"]] | None = None
    operations: Mapping[str, str] | None = None
    only: str = ""
    adds: Mapping[str, str] | None = None
    facts: tuple[tuple[str, str], ...] = ()


RIGHT = Change("", "")
VALUES, FORWARD = "values", "forward"


def _sign(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
    return -right


def _bare(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
    """The child's signal itself, in the parent's shape if that is possible."""
    if bar.shape == right.shape:
        return bar
    if bar.ndim == 1 and right.ndim == 2 and bar.shape[0] == right.shape[0]:
        return np.outer(bar, np.ones(right.shape[1]))
    return right


def _own_factor(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
    return np.asarray(bar * xs[slot])


def _transposed(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
    return right.T if slot == 0 else right


_CURVED = ("logistic", "tanh", "ReLU", "soft ReLU")


def _at_value(operation: str) -> Share:
    def share(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
        there = ALL[operation].value(y)
        return np.asarray(ALL[operation].vjp(bar, there, y)[0])

    return share


GRAPH_SLIPS: tuple[GraphSlip, ...] = (
    GraphSlip("graph-derivative-left-out", _bare),
    GraphSlip("graph-sign", _sign),
    GraphSlip("graph-path-left-out", lambda bar, y, xs, slot, right: np.zeros_like(right)),
    GraphSlip("graph-doubled", lambda bar, y, xs, slot, right: 2.0 * right),
    GraphSlip("graph-halved", lambda bar, y, xs, slot, right: 0.5 * right),
    GraphSlip("graph-sum-splits", lambda bar, y, xs, slot, right: 0.5 * right, ("add",), whole=True),
    GraphSlip("graph-factors-swapped", _own_factor, ("multiply",), whole=True),
    GraphSlip("graph-factors-swapped", _own_factor, ("multiply",)),
    GraphSlip(
        "graph-value-for-slope", lambda bar, y, xs, slot, right: bar * y, (*_CURVED, "softmax", "cos", "sin")
    ),
    *(GraphSlip("graph-slope-at-value", _at_value(name), (name,)) for name in _CURVED),
    GraphSlip("graph-diagonal", lambda bar, y, xs, slot, right: bar * y * (1.0 - y), ("softmax",)),
    GraphSlip("graph-transposed", _transposed, ("matvec",)),
)
OF_NODES = (
    "graph-signal-left-out",
    "graph-overwritten",
    "graph-first-path-only",
    "graph-averaged",
    "graph-operation",
    "graph-factor-left-out",
    "graph-penalised-too",
)


@dataclass
class GraphPass:
    """Values and error signals of every node, from the end's signal 1 on; `shares` by edge."""

    graph: Graph
    inputs: Mapping[str, Any]
    end: str
    change: Change = RIGHT
    order: tuple[Any, ...] = ()
    _children: dict[Any, list[tuple[Any, int]]] = field(default_factory=dict, repr=False)

    def run(self) -> GraphPass:
        """Forward, then backward."""
        self.values: dict[Any, Array] = {}
        self.signals: dict[Any, Array] = {}
        self.shares: dict[tuple[Any, int], Array] = {}
        self.order = self.order or topological_order(_known(self.graph))
        changed = self.change.operations or {}
        with np.errstate(all="ignore"):
            for name in self.order:
                node = self.graph[name]
                if node.operation == INPUT:
                    self.values[name] = as_float64(self.inputs[str(name)])
                else:
                    operation = ALL[changed.get(str(name), node.operation)]
                    self.values[name] = np.asarray(operation.value(*(self.values[p] for p in node.parents)))
            self._back(set(self.order))
        return self

    def branch(self, change: Change) -> GraphPass:
        """The pass with this change, of which this one, run and right, gives what it leaves as it is."""
        other = GraphPass(self.graph, self.inputs, self.end, change, self.order, self._children)
        if change.operations:
            return other.run()
        other.values, other.signals, other.shares = self.values, dict(self.signals), dict(self.shares)
        with np.errstate(all="ignore"):
            other._back({n for n in self.order if n in (change.joins or {}) or n in (change.adds or {})})
        return other

    def _back(self, dirty: set[Any]) -> None:
        """The signals of the nodes that are dirty, and of all that this reaches."""
        wrong = self.change.shares or {}
        for name in reversed(self.order):
            node = self.graph[name]
            if name in dirty:
                self.signals[name] = self._joined(name)
            if node.operation == INPUT:
                continue
            slots = range(len(node.parents))
            touched = name in dirty or any((str(name), slot) in wrong for slot in slots)
            if not touched:
                continue
            for slot, share in zip(slots, self._shares(name), strict=True):
                self.shares[name, slot] = share
                dirty.add(node.parents[slot])

    def _shares(self, name: Any) -> list[Array]:
        """What this node hands back to each of its parents."""
        wrong, changed = self.change.shares or {}, self.change.operations or {}
        node, value, bar = self.graph[name], self.values[name], self.signals[name]
        xs = tuple(self.values[p] for p in node.parents)
        kept = self.change.only == FORWARD
        back = ALL[node.operation if kept else changed.get(str(name), node.operation)]
        right = [np.asarray(share) for share in back.vjp(bar, value, *xs)]
        return [
            np.asarray(wrong[str(name), slot](bar, value, xs, slot, share))
            if (str(name), slot) in wrong
            else share
            for slot, share in enumerate(right)
        ]

    def _joined(self, name: Any) -> Array:
        """The shares of all children, those that come back first at the front, added up."""
        if name == self.end:
            return np.ones_like(self.values[name])
        shares = [self.shares[edge] for edge in self._edges_into(name)]
        how = (self.change.joins or {}).get(str(name))
        square = (self.change.adds or {}).get(str(name))
        if square is not None:
            shares = [*shares, np.asarray(2.0 * self.signals[square] * self.values[name])]
        if not shares:
            return np.zeros_like(self.values[name])
        if how in ("last", "first"):
            return shares[-1 if how == "last" else 0]
        total = shares[0]
        for share in shares[1:]:
            total = total + share
        return np.asarray(total / len(shares)) if how == "mean" else total

    def _edges_into(self, name: Any) -> list[tuple[Any, int]]:
        if not self._children:
            for child in reversed(self.order):
                for slot, parent in enumerate(self.graph[child].parents):
                    self._children.setdefault(parent, []).append((child, slot))
        return self._children.get(name, [])


def _known(graph: Graph) -> Graph:
    """The graph with operations of reference.operations alone, for its order."""
    same = {1: "negate", 2: "add"}
    return {
        name: node
        if node.operation == INPUT or node.operation in OPERATIONS
        else replace(node, operation=same[len(node.parents)])
        for name, node in graph.items()
    }


def graph_changes(graph: Graph, end: str) -> Iterator[Change]:
    """Every slip that can be made in this graph, at every place or everywhere alike."""
    yield from _joins(graph)
    yield from _penalised_too(graph)
    yield from _at_edges(graph)
    if len(graph) <= 4 * SINGLE_EDGES:
        yield from _operations(graph)


def _edges(graph: Graph, slip: GraphSlip) -> Iterator[tuple[str, tuple[Edge, ...]]]:
    for name, node in graph.items():
        if node.operation == INPUT or (slip.operations and node.operation not in slip.operations):
            continue
        edges = tuple((str(name), slot) for slot in range(len(node.parents)))
        if slip.whole:
            yield str(name), edges
        else:
            yield from ((str(name), (edge,)) for edge in edges)


def _at_edges(graph: Graph) -> Iterator[Change]:
    slips = (*GRAPH_SLIPS, GraphSlip("graph-signal-left-out", _without_signal(graph)))
    for slip in slips:
        places = list(_edges(graph, slip))
        if len(graph) <= SINGLE_EDGES:
            for _, edges in places:
                shares = dict.fromkeys(edges, slip.share)
                parents = {str(graph[name].parents[slot]) for name, slot in edges}
                yield Change(slip.id, edges[0][0], shares)
                yield from (Change(slip.id, edges[0][0], shares, only=parent) for parent in sorted(parents))
        for operation in sorted({graph[at].operation for at, _ in places}):
            every = [edge for at, edges in places for edge in edges if graph[at].operation == operation]
            slots = {slot for _, slot in every}
            if slip.id == "graph-halved" and operation == "add":  # that is a sum that splits its signal
                continue
            for chosen in [slots] if len(slots) == 1 else [slots, *({s} for s in sorted(slots))]:
                shares = {edge: slip.share for edge in every if edge[1] in chosen}
                yield Change(slip.id, "", shares, facts=(("operation", operation),))


def _without_signal(graph: Graph) -> Share:
    def share(bar: Array, y: Array, xs: tuple[Array, ...], slot: int, right: Array) -> Array:
        with np.errstate(all="ignore"):
            alone = right / bar if bar.ndim == 0 or bar.shape == right.shape else right
        return np.asarray(np.where(np.isfinite(alone), alone, right))

    return share


def _joins(graph: Graph) -> Iterator[Change]:
    feeds: dict[Any, int] = dict.fromkeys(graph, 0)
    for node in graph.values():
        for parent in node.parents:
            feeds[parent] += 1
    meeting = [str(name) for name, count in feeds.items() if count > 1]
    for id_, how in (
        ("graph-overwritten", "last"),
        ("graph-first-path-only", "first"),
        ("graph-averaged", "mean"),
    ):
        if meeting:
            yield Change(id_, "", joins=dict.fromkeys(meeting, how))  # type: ignore[arg-type]
        if len(meeting) > 1 and len(graph) <= SINGLE_EDGES:
            for name in meeting:
                yield Change(id_, name, joins={name: how})  # type: ignore[dict-item]


_BINARY = ("add", "subtract", "multiply", "divide")


def _penalised_too(graph: Graph) -> Iterator[Change]:
    """Where an input is squared on its way to the end, as a penalty does: the same of another input."""
    inputs = [str(name) for name, node in graph.items() if node.operation == INPUT]
    for name, node in graph.items():
        if node.operation == "square" and node.parents[0] in inputs:
            for other in inputs:
                if other != node.parents[0]:
                    fact = (("other", str(node.parents[0])),)
                    yield Change("graph-penalised-too", str(name), adds={other: str(name)}, facts=fact)


def _operations(graph: Graph) -> Iterator[Change]:
    """Nodes with another operation; with a factor left out where one is a constant of the graph."""
    for name, node in graph.items():
        others: tuple[str, ...] = ()
        if node.operation in _BINARY:
            others = tuple(o for o in _BINARY if o != node.operation)
        elif node.operation in _CURVED:
            others = (*(o for o in _CURVED if o != node.operation), "identity")
        elif node.operation in ("sin", "cos"):
            others = ("sin", "cos")
        for other in others:
            if other != node.operation:
                yield from _valued("graph-operation", name, other, ("other", other))
        if node.operation == "multiply":
            for kept, gone in (("second", 0), ("first", 1)):
                yield from _valued("graph-factor-left-out", name, kept, ("factor", str(node.parents[gone])))


def _valued(slip: str, name: Any, operation: str, fact: tuple[str, str]) -> Iterator[Change]:
    for only in ("", VALUES, FORWARD):
        yield Change(slip, str(name), operations={str(name): operation}, only=only, facts=(fact,))


def predicted(right: GraphPass, change: Change) -> tuple[Mapping[Any, Array], Mapping[Any, Array]]:
    """Values and signals of every node under a change, from the right pass that has been run."""
    made = right.branch(change)
    if change.only == VALUES:
        return made.values, right.signals
    if change.only and change.only != FORWARD:
        return right.values, {**right.signals, change.only: made.signals[change.only]}
    return made.values, made.signals


def node(operation: str, *parents: str) -> Node:
    """A node in one word."""
    return Node(operation, parents)
