"""One object for each node, linked in both directions; the order is computed when the graph is built."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np


@dataclass(eq=False)
class Node:
    number: int
    kind: int
    parents: list = field(default_factory=list)
    children: list = field(default_factory=list)
    bar: float = 0.0

    def pull(self, values):
        """My signal from my children's."""
        for child in self.children:
            for place, parent in enumerate(child.parents):
                if parent is self:
                    self.bar += child.bar * child.slope(place, values)

    def slope(self, place, values):
        others = [values[p.number] for p in self.parents]
        v = values[self.number]
        table = {
            1: lambda: 1.0,
            2: lambda: 1.0 if place == 0 else -1.0,
            3: lambda: others[1 - place],
            4: lambda: v,
            5: lambda: v - v**2,
            6: lambda: others[0] + others[0],
        }
        return table[self.kind]()


class CycleError(Exception):
    def __init__(self, nodes):
        self.nodes = tuple(nodes)


class Graph:
    def __init__(self, operations, parents):
        self.nodes = [Node(i, int(kind)) for i, kind in enumerate(operations)]
        for node, row in zip(self.nodes, parents.tolist(), strict=True):
            node.parents = [self.nodes[p] for p in row if p >= 0]
            for parent in dict.fromkeys(node.parents):
                parent.children.append(node)
        self.order = self.sort()

    def sort(self):
        missing = {node: len(set(node.parents)) for node in self.nodes}
        ready = deque(node for node in self.nodes if not missing[node])
        order = []
        while ready:
            node = ready.pop()
            order.append(node)
            for child in node.children:
                missing[child] -= 1
                if not missing[child]:
                    ready.appendleft(child)
        if len(order) != len(self.nodes):
            left = [node for node in self.nodes if missing[node]]
            while True:  # remove nodes that only follow the cycle
                kept = [n for n in left if any(c in left for c in n.children)]
                if len(kept) == len(left):
                    break
                left = kept
            walk = [left[0]]
            while True:
                walk.append(next(c for c in walk[-1].children if c in left))
                if walk[-1] in walk[:-1]:
                    raise CycleError(n.number for n in walk[walk.index(walk[-1]) : -1])
        return order

    def topological_order(self):
        return np.array([node.number for node in self.order])

    def backward(self, values, outputs):
        for node in reversed(self.order):
            node.bar = outputs.get(node.number, 0.0)
            node.pull(values)
        return np.array([node.bar for node in self.nodes])
