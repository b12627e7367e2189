"""A pass over a computation graph that can have mistakes, with the values and error signals that result.

The graph is one of reference.graph, with the additional operations below. A pass can be wrong at an
edge (child, slot of the parent), in how a node combines the contributions of its children, or in the
operation of a node, with the matching backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
Edge = tuple[str, int]
Share = Callable[[Array, Array, tuple[Array, ...], int, Array], Array]
"""Computes a contribution from the child's signal and value, its parents' values, the slot, and the right
contribution."""


@dataclass(frozen=True)
class Change:
    """The mistakes of a wrong pass: contributions by edge (`shares`), how nodes combine contributions
    (`joins`), operations by node. With `only`, the change is visible in that node's signal alone and is not
    passed on; or ("values") in values alone; or ("forward") a changed operation keeps its right backward
    pass. With `walk`, a node passes its signal on each time that it is reached: by a queue, or by recursion
    into the first or the last parent first."""

    id: str
    at: str
    shares: Mapping[Edge, Share] | None = None
    joins: Mapping[str, Literal["last", "first", "mean"]] | None = None
    operations: Mapping[str, str] | None = None
    only: str = ""
    adds: Mapping[str, str] | None = None
    facts: tuple[tuple[str, str], ...] = ()
    walk: Literal["", "queue", "first-child", "last-child"] = ""


RIGHT = Change("", "")
VALUES, FORWARD = "values", "forward"
MOST_VISITS = 500  # of nodes, in a walk that follows every path


@dataclass
class GraphPass:
    """Values and error signals of every node, starting with the signal 1 at the end; `shares` are the
    contributions by edge."""

    graph: Graph
    inputs: Mapping[str, Any]
    end: str
    change: Change = RIGHT
    order: tuple[Any, ...] = ()
    _children: dict[Any, list[tuple[Any, int]]] = field(default_factory=dict, repr=False)

    def run(self) -> GraphPass:
        """Compute the forward pass, then the backward pass."""
        self.values: dict[Any, Array] = {}
        self.signals: dict[Any, Array] = {}
        self.shares: dict[tuple[Any, int], Array] = {}
        self.order = self.order or topological_order(known(self.graph))
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
        """The pass with this change; all that stays the same is taken from this right pass, already run."""
        other = GraphPass(self.graph, self.inputs, self.end, change, self.order, self._children)
        if change.operations:
            return other.run()
        other.values, other.signals, other.shares = self.values, dict(self.signals), dict(self.shares)
        if change.walk:
            other.signals = self._walked(change.walk)
            return other
        with np.errstate(all="ignore"):
            other._back({n for n in self.order if n in (change.joins or {}) or n in (change.adds or {})})
        return other

    def _back(self, dirty: set[Any]) -> None:
        """Recompute the signals of the `dirty` nodes, and of all nodes that depend on them."""
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

    def _walked(self, walk: str) -> dict[Any, Array]:
        """The signals if every node passes on, once for each path from the end to it, what it has so far; the
        right ones if there are more than MOST_VISITS such paths."""
        signals = {name: np.zeros_like(value) for name, value in self.values.items()}
        signals[self.end] = np.ones_like(self.values[self.end])
        waiting: list[Any] = [self.end]
        with np.errstate(all="ignore"):
            for _ in range(MOST_VISITS):
                if not waiting:
                    return signals
                name = waiting.pop(0 if walk == "queue" else -1)
                if isinstance(name, tuple):  # a share on its way along one arrow
                    child, slot = name
                    name = self.graph[child].parents[slot]
                    signals[name] = signals[name] + self._share(child, slot, signals)
                waiting += self._next(name, walk, signals)
        return self.signals

    def _next(self, name: Any, walk: str, signals: dict[Any, Array]) -> list[Any]:
        """What is reached from this node: with a queue, its parents, which get their shares at once; else the
        arrows to them, the next one last."""
        slots = range(len(self.graph[name].parents))
        if walk != "queue":
            return [(name, slot) for slot in (reversed(slots) if walk == "first-child" else slots)]
        for slot in slots:
            parent = self.graph[name].parents[slot]
            signals[parent] = signals[parent] + self._share(name, slot, signals)
        return list(self.graph[name].parents)

    def _share(self, name: Any, slot: int, signals: Mapping[Any, Array]) -> Array:
        node = self.graph[name]
        xs = tuple(self.values[p] for p in node.parents)
        return np.asarray(ALL[node.operation].vjp(signals[name], self.values[name], *xs)[slot])

    def _shares(self, name: Any) -> list[Array]:
        """The contribution of this node to the signal of each of its parents."""
        wrong, changed = self.change.shares or {}, self.change.operations or {}
        node, value, bar = self.graph[name], self.values[name], self.signals[name]
        xs = tuple(self.values[p] for p in node.parents)
        forward_only = self.change.only == FORWARD
        back = ALL[node.operation if forward_only else changed.get(str(name), node.operation)]
        right = [np.asarray(share) for share in back.vjp(bar, value, *xs)]
        return [
            np.asarray(wrong[str(name), slot](bar, value, xs, slot, share))
            if (str(name), slot) in wrong
            else share
            for slot, share in enumerate(right)
        ]

    def _joined(self, name: Any) -> Array:
        """The signal of a node: the contributions of its children, added (or combined as the change says)."""
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


def known(graph: Graph) -> Graph:
    """The graph with only operations of reference.operations, from which its order is computed."""
    same = {1: "negate", 2: "add"}
    return {
        name: node
        if node.operation == INPUT or node.operation in OPERATIONS
        else replace(node, operation=same[len(node.parents)])
        for name, node in graph.items()
    }


def predicted(right: GraphPass, change: Change) -> tuple[Mapping[Any, Array], Mapping[Any, Array]]:
    """Values and signals of every node under a change, computed from the right pass (already run)."""
    wrong = right.branch(change)
    if change.only == VALUES:
        return wrong.values, right.signals
    if change.only and change.only != FORWARD:
        return right.values, {**right.signals, change.only: wrong.signals[change.only]}
    return wrong.values, wrong.signals


def node(operation: str, *parents: str) -> Node:
    """Shorthand for a Node."""
    return Node(operation, parents)
