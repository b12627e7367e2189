"""Places the nodes of a graph in columns from left to right, and routes its edges between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
Item = str | tuple[str, str, int]  # a node, or where an edge passes through a column
SWEEPS = 4


@dataclass(frozen=True)
class Layout:
    """The items of each column from top to bottom; `ways` lists, for each edge, the items on its route."""

    columns: tuple[tuple[Item, ...], ...]
    ways: Mapping[Edge, tuple[Item, ...]]


def lay_out(nodes: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """The layout of a graph. A node's column is its longest distance from an input; an input is placed
    one column before its first child.

    `nodes` are in topological order. Within a column, each item is placed near its neighbours.
    """
    column = _columns(nodes, edges)
    ways = {edge: _way(edge, column) for edge in edges}
    layers: list[list[Item]] = [[] for _ in range(max(column.values()) + 1)]
    for node in nodes:
        layers[column[node]].append(node)
    for way in ways.values():
        for item in way[1:-1]:
            if isinstance(item, tuple):
                layers[item[2]].append(item)
    _order(layers, ways.values())
    return Layout(tuple(tuple(layer) for layer in layers), ways)


def _columns(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    parents: dict[str, list[str]] = {node: [] for node in nodes}
    children: dict[str, list[str]] = {node: [] for node in nodes}
    for a, b in edges:
        parents[b].append(a)
        children[a].append(b)
    column: dict[str, int] = {}
    for node in nodes:
        column[node] = max((column[p] + 1 for p in parents[node]), default=0)
    for node in nodes:
        if not parents[node] and children[node]:
            column[node] = min(column[c] for c in children[node]) - 1
    return column


def _way(edge: Edge, column: Mapping[str, int]) -> tuple[Item, ...]:
    a, b = edge
    between: list[Item] = [(a, b, c) for c in range(column[a] + 1, column[b])]
    return (a, *between, b)


def _order(layers: list[list[Item]], ways: Iterable[tuple[Item, ...]]) -> None:
    """Sort each column by the positions of its neighbours in the next column, forwards and backwards."""
    before: dict[Item, list[Item]] = {}
    after: dict[Item, list[Item]] = {}
    for way in ways:
        for a, b in pairwise(way):
            after.setdefault(a, []).append(b)
            before.setdefault(b, []).append(a)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for i in range(1, len(layers)) if forward else range(len(layers) - 2, -1, -1):
            fixed = layers[i - 1 if forward else i + 1]
            place = {item: (n + 0.5) / len(fixed) for n, item in enumerate(fixed)}
            beside = before if forward else after
            now = {item: (n + 0.5) / len(layers[i]) for n, item in enumerate(layers[i])}
            layers[i].sort(key=lambda item: _middle(beside.get(item, ()), place, now[item]))


def _middle(neighbours: Sequence[Item], place: Mapping[Item, float], otherwise: float) -> float:
    known = [place[item] for item in neighbours if item in place]
    return sum(known) / len(known) if known else otherwise
