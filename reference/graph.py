"""Computation graphs as data, and backprop on them.

A graph maps each node's name to its operation and its parents' names: `Node("multiply", ("q",
"z"))`, `Node("input")`. Values are scalars or arrays; an error signal has the shape of its node's
value. Where in the lecture: "backprop on a graph": v_1 ... v_N in topological order, v_N-bar = 1,
then v_i-bar = sum over its children j of v_j-bar dv_j/dv_i. Nothing here is recursive.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, as_float64
from reference.operations import OPERATIONS

Name = Hashable
INPUT = "input"
SHOWN = 12  # nodes of a cycle that its message names at most


@dataclass(frozen=True)
class Node:
    """An operation of OPERATIONS on the values of `parents`, or "input"."""

    operation: str
    parents: tuple[Name, ...] = ()


Graph = Mapping[Name, Node]


class CycleError(ValueError):
    """The graph is not feed-forward: each of `nodes` is a parent of the next, and the last of the first."""

    def __init__(self, nodes: tuple[Name, ...]) -> None:
        shown = [str(name) for name in nodes[:SHOWN]] + ["..."] * (len(nodes) > SHOWN)
        super().__init__(f"the graph has a cycle: {' -> '.join([*shown, str(nodes[0])])}")
        self.nodes = nodes


def topological_order(graph: Graph) -> tuple[Name, ...]:
    """All names, each after its parents; the same order for the same graph.

    Raises CycleError naming a cycle's nodes, and ValueError for parents and operations that
    don't exist or don't fit.
    """
    _check_nodes(graph)
    waiting = {name: len(set(node.parents)) for name, node in graph.items()}
    children = _children(graph)
    order = [name for name, count in waiting.items() if count == 0]
    for name in order:
        for child in children[name]:
            waiting[child] -= 1
            if waiting[child] == 0:
                order.append(child)
    if len(order) < len(graph):
        raise CycleError(_cycle(graph, set(order)))
    return tuple(order)


def forward(graph: Graph, inputs: Mapping[Name, npt.ArrayLike]) -> dict[Name, Array]:
    """The value of every node, in topological order. Raises ValueError unless the
    given nodes are exactly the inputs of the graph."""
    values: dict[Name, Array] = {}
    for name in inputs:
        if name not in graph or graph[name].operation != INPUT:
            raise ValueError(f"{name} is not an input of the graph")
    for name in topological_order(graph):
        node = graph[name]
        if node.operation == INPUT:
            if name not in inputs:
                raise ValueError(f"there is no value for {name}")
            values[name] = as_float64(inputs[name])
        else:
            values[name] = OPERATIONS[node.operation].value(*(values[p] for p in node.parents))
    return values


def backward(
    graph: Graph, values: Mapping[Name, Array], seeds: Mapping[Name, npt.ArrayLike]
) -> dict[Name, Array]:
    """Every node's error signal. `seeds` are the error signals of the outputs, e.g. {"L": 1.0}.

    A node's signal is its seed plus the contributions of all its children; it is zero for a node that
    leads to no output. Raises ValueError for a seed of another shape than its node's value.
    """
    signals = {name: np.zeros(np.shape(value)) for name, value in values.items()}
    for name, seed in seeds.items():
        if np.shape(seed) != np.shape(values[name]):
            raise ValueError(
                f"the signal of {name} has shape {np.shape(seed)}, its value {np.shape(values[name])}"
            )
        signals[name] = signals[name] + as_float64(seed)
    for name in reversed(topological_order(graph)):
        node = graph[name]
        if node.operation == INPUT:
            continue
        inputs = (values[p] for p in node.parents)
        shares = OPERATIONS[node.operation].vjp(signals[name], values[name], *inputs)
        for parent, share in zip(node.parents, shares, strict=True):
            signals[parent] = signals[parent] + share
    return signals


def _children(graph: Graph) -> dict[Name, list[Name]]:
    """The children of each node, each child once."""
    children: dict[Name, list[Name]] = {name: [] for name in graph}
    for name, node in graph.items():
        for parent in dict.fromkeys(node.parents):
            children[parent].append(name)
    return children


def _cycle(graph: Graph, ordered: set[Name]) -> tuple[Name, ...]:
    """A cycle among the nodes that could not be ordered: each has a parent among them, so a walk from parent
    to parent must come to a node again. The cycle begins with its first node in the graph's order."""
    name = next(name for name in graph if name not in ordered)
    visited: dict[Name, int] = {}
    while name not in visited:
        visited[name] = len(visited)
        name = next(p for p in graph[name].parents if p not in ordered)
    cycle = list(visited)[visited[name] :][::-1]
    members = set(cycle)
    first = cycle.index(next(name for name in graph if name in members))
    return (*cycle[first:], *cycle[:first])


def _check_nodes(graph: Graph) -> None:
    """Raise ValueError for operations, numbers of parents or parents that don't exist."""
    for name, node in graph.items():
        if node.operation != INPUT and node.operation not in OPERATIONS:
            raise ValueError(f"{name} has the operation {node.operation!r}, which does not exist")
        arity = 0 if node.operation == INPUT else OPERATIONS[node.operation].arity
        if len(node.parents) != arity:
            raise ValueError(f"{name}: {node.operation} takes {arity} parents, not {len(node.parents)}")
        for parent in node.parents:
            if parent not in graph:
                raise ValueError(f"{name} has the parent {parent}, which is not a node")
