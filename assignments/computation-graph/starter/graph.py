"""Computation graphs as data: an order for them, and backprop along it.

Node i of a graph has the operation operations[i] and the parents in parents[i], where -1 means
no parent. The handout says what each operation computes.
"""

import numpy as np

INPUT, ADD, SUBTRACT, MULTIPLY, EXP, LOGISTIC, SQUARE = range(7)


class CycleError(ValueError):
    """Raise it with the nodes of a cycle: each is a parent of the next, and the last of the first."""

    def __init__(self, nodes):
        super().__init__(f"the graph has a cycle: {nodes}")
        self.nodes = nodes


class Graph:
    def __init__(self, operations, parents):
        """operations (N,) and parents (N, 2) are arrays of whole numbers."""
        self.operations = operations
        self.parents = parents

    def topological_order(self):
        """All N nodes, each after its parents. Raises CycleError if there is no such order."""
        return None  # replace this line

    def backward(self, values, outputs):
        """The error signal of every node (N,), from values (N,) and outputs {node: signal from outside}."""
        return None  # replace this line
