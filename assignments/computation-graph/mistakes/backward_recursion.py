"""Signals are collected by recursion."""

import numpy as np

INPUT, ADD, SUBTRACT, MULTIPLY, EXP, LOGISTIC, SQUARE = range(7)


class CycleError(ValueError):
    """The graph has a cycle: each of `nodes` is a parent of the next, and the last of the first."""

    def __init__(self, nodes):
        super().__init__(f"cycle: {nodes}")
        self.nodes = nodes


class Graph:
    """Nodes 0 to N - 1, each with an operation and its parents."""

    def __init__(self, operations, parents):
        self.operations = [int(code) for code in operations]
        self.parents = [[int(parent) for parent in row if parent >= 0] for row in parents]
        self.children = [[] for _ in self.operations]
        for node, row in enumerate(self.parents):
            for parent in row:
                self.children[parent].append(node)

    def topological_order(self):
        """All nodes, each after its parents."""
        waiting = [len(row) for row in self.parents]
        order = [node for node, count in enumerate(waiting) if count == 0]
        for node in order:
            for child in self.children[node]:
                waiting[child] -= 1
                if waiting[child] == 0:
                    order.append(child)
        if len(order) < len(waiting):
            raise CycleError(self.cycle(set(order)))
        return order

    def cycle(self, placed):
        """Nodes of a cycle. A node without a place has a parent without one: go back until a node repeats."""
        node = next(node for node in range(len(self.parents)) if node not in placed)
        seen = {}
        while node not in seen:
            seen[node] = len(seen)
            node = next(parent for parent in self.parents[node] if parent not in placed)
        return list(seen)[seen[node] :][::-1]

    def slopes(self, node, values):
        """How the node's value changes with the value of each parent."""
        operation, v = self.operations[node], values[node]
        inputs = [values[parent] for parent in self.parents[node]]
        if operation == ADD:
            return 1.0, 1.0
        if operation == SUBTRACT:
            return 1.0, -1.0
        if operation == MULTIPLY:
            return inputs[1], inputs[0]
        if operation == EXP:
            return (v,)
        if operation == LOGISTIC:
            return (v * (1.0 - v),)
        if operation == SQUARE:
            return (2.0 * inputs[0],)
        return ()

    def backward(self, values, outputs):
        """Every node's error signal, from the signals that the outputs get from outside."""
        known = {}

        def signal(node):
            if node not in known:
                total = outputs.get(node, 0.0)
                for child in set(self.children[node]):
                    for parent, slope in zip(self.parents[child], self.slopes(child, values), strict=True):
                        total += signal(child) * slope if parent == node else 0.0
                known[node] = total
            return known[node]

        return np.array([signal(node) for node in range(len(self.operations))])
