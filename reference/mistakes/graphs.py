"""Mistakes on a computation graph: at an edge of the backward pass, where paths meet, or in a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.graph import INPUT, Graph, topological_order
from reference.mistakes.graph_passes import ALL, FORWARD, VALUES, Change, Edge, Share, known

SINGLE_EDGES = 24  # nodes; in larger graphs a mistake is tried at all nodes together only


@dataclass(frozen=True)
class GraphMistake:
    """A mistake at edges: `share` replaces the right contribution. It is possible at edges of these
    `operations` (all if empty); `whole` means at every edge of a node, else at one."""

    id: str
    share: Share
    operations: tuple[str, ...] = ()
    whole: bool = False


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
        value = ALL[operation].value(y)
        return np.asarray(ALL[operation].vjp(bar, value, y)[0])

    return share


GRAPH_MISTAKES: tuple[GraphMistake, ...] = (
    GraphMistake("graph-derivative-left-out", _bare),
    GraphMistake("graph-sign", _sign),
    GraphMistake("graph-path-left-out", lambda bar, y, xs, slot, right: np.zeros_like(right)),
    GraphMistake("graph-doubled", lambda bar, y, xs, slot, right: 2.0 * right),
    GraphMistake("graph-halved", lambda bar, y, xs, slot, right: 0.5 * right),
    GraphMistake("graph-sum-splits", lambda bar, y, xs, slot, right: 0.5 * right, ("add",), whole=True),
    GraphMistake("graph-factors-swapped", _own_factor, ("multiply",), whole=True),
    GraphMistake("graph-factors-swapped", _own_factor, ("multiply",)),
    GraphMistake(
        "graph-value-for-slope", lambda bar, y, xs, slot, right: bar * y, (*_CURVED, "softmax", "cos", "sin")
    ),
    *(GraphMistake("graph-slope-at-value", _at_value(name), (name,)) for name in _CURVED),
    GraphMistake("graph-diagonal", lambda bar, y, xs, slot, right: bar * y * (1.0 - y), ("softmax",)),
    GraphMistake("graph-transposed", _transposed, ("matvec",)),
)
OF_NODES = (
    "graph-signal-left-out",
    "graph-overwritten",
    "graph-first-path-only",
    "graph-averaged",
    "graph-operation",
    "graph-factor-left-out",
    "graph-penalised-too",
    "graph-once-a-path",
)


def graph_changes(graph: Graph, end: str) -> Iterator[Change]:
    """Every mistake that is possible in this graph, at one place or at all places together."""
    yield from _joins(graph)
    yield from _once_a_path(graph, end)
    yield from _penalised_too(graph)
    yield from _at_edges(graph)
    if len(graph) <= 4 * SINGLE_EDGES:
        yield from _operations(graph)


def _edges(graph: Graph, mistake: GraphMistake) -> Iterator[tuple[str, tuple[Edge, ...]]]:
    for name, node in graph.items():
        if node.operation == INPUT or (mistake.operations and node.operation not in mistake.operations):
            continue
        edges = tuple((str(name), slot) for slot in range(len(node.parents)))
        if mistake.whole:
            yield str(name), edges
        else:
            yield from ((str(name), (edge,)) for edge in edges)


def _at_edges(graph: Graph) -> Iterator[Change]:
    mistakes = (*GRAPH_MISTAKES, GraphMistake("graph-signal-left-out", _without_signal(graph)))
    for mistake in mistakes:
        places = list(_edges(graph, mistake))
        if len(graph) <= SINGLE_EDGES:
            for _, edges in places:
                shares = dict.fromkeys(edges, mistake.share)
                parents = {str(graph[name].parents[slot]) for name, slot in edges}
                yield Change(mistake.id, edges[0][0], shares)
                yield from (
                    Change(mistake.id, edges[0][0], shares, only=parent) for parent in sorted(parents)
                )
        for operation in sorted({graph[at].operation for at, _ in places}):
            every = [edge for at, edges in places for edge in edges if graph[at].operation == operation]
            slots = {slot for _, slot in every}
            if (
                mistake.id == "graph-halved" and operation == "add"
            ):  # the same as a sum that splits its signal
                continue
            for chosen in [slots] if len(slots) == 1 else [slots, *({s} for s in sorted(slots))]:
                shares = {edge: mistake.share for edge in every if edge[1] in chosen}
                yield Change(mistake.id, "", shares, facts=(("operation", operation),))


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


def _once_a_path(graph: Graph, end: str) -> Iterator[Change]:
    """If a node that is computed feeds several others: it is visited once for each path that leads to it."""
    uses = [parent for node in graph.values() for parent in node.parents]
    shared = [str(n) for n in graph if uses.count(n) > 1 and graph[n].operation != INPUT and n != end]
    if shared and len(graph) <= SINGLE_EDGES:
        fact = (("shared", shared[-1]),)
        yield Change("graph-once-a-path", "", walk="queue", facts=fact)
        yield Change("graph-once-a-path", "", walk="first-child", facts=fact)
        yield Change("graph-once-a-path", "", walk="last-child", facts=fact)
        for counts in (_paths(graph, end), {name: uses.count(name) for name in graph}):
            shares = {
                (str(name), slot): _times(counts[name])
                for name, node in graph.items()
                for slot in range(len(node.parents))
                if name != end and counts[name] > 1
            }
            yield Change("graph-once-a-path", "", shares, facts=fact)


def _times(count: int) -> Share:
    return lambda bar, y, xs, slot, right: np.asarray(count * right)


def _paths(graph: Graph, end: str) -> dict[Any, int]:
    """The number of paths from the end to each node."""
    counts: dict[Any, int] = {**dict.fromkeys(graph, 0), end: 1}
    for name in reversed(topological_order(known(graph))):
        for parent in graph[name].parents:
            counts[parent] += counts[name]
    return counts


_BINARY = ("add", "subtract", "multiply", "divide")


def _penalised_too(graph: Graph) -> Iterator[Change]:
    """If an input is squared, as in a penalty: the same penalty on another input."""
    inputs = [str(name) for name, node in graph.items() if node.operation == INPUT]
    for name, node in graph.items():
        if node.operation == "square" and node.parents[0] in inputs:
            for other in inputs:
                if other != node.parents[0]:
                    fact = (("other", str(node.parents[0])),)
                    yield Change("graph-penalised-too", str(name), adds={other: str(name)}, facts=fact)


def _operations(graph: Graph) -> Iterator[Change]:
    """Nodes with a different operation, or with one factor of a product left out."""
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
            for operation, missing in (("second", 0), ("first", 1)):
                fact = ("factor", str(node.parents[missing]))
                yield from _valued("graph-factor-left-out", name, operation, fact)


def _valued(mistake: str, name: Any, operation: str, fact: tuple[str, str]) -> Iterator[Change]:
    for only in ("", VALUES, FORWARD):
        yield Change(mistake, str(name), operations={str(name): operation}, only=only, facts=(fact,))
