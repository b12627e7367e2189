"""Plain functions that call the class in graph.py. Each has the name of the method that it calls, since
messages name the function."""

import graph
import numpy as np


def topological_order(operations, parents, refuses=False):
    """What topological_order returns, as an array; with `refuses`, how it refuses the graph."""
    if refuses:
        return _refusal(operations, parents)
    found = graph.Graph(operations, parents).topological_order()
    return None if found is None else np.asarray(list(found))


def _refusal(operations, parents):
    """How topological_order refuses a graph: (whether by CycleError, the nodes it names)."""
    try:
        graph.Graph(operations, parents).topological_order()
    except graph.CycleError as error:
        return True, np.asarray(list(error.nodes))
    return False, np.zeros(0, dtype=int)


def backward(operations, parents=None, values=None, calls=None, order=None, in_turn=False):
    """What one Graph's backward returns for each of `calls`, one after the other.

    With `order`, that is what its topological_order returns. `in_turn`: the first argument is a list of
    graphs (operations, parents, values, outputs), and `order` has an order for each.
    """
    if in_turn:
        return _in_turn(operations, order)
    made = _made(operations, parents, order)
    alone = len(calls) == 1
    return [
        _by_node(made.backward(values if alone else values.copy(), outputs), len(operations))
        for outputs in calls
    ]


def _in_turn(graphs, orders=None):
    """Makes all graphs first, then calls backward of each, and of each again."""
    orders = orders or [None] * len(graphs)
    made = [_made(*each[:2], order) for each, order in zip(graphs, orders, strict=True)]
    found = []
    for _ in range(2):
        for one, (operations, _, values, outputs) in zip(made, graphs, strict=True):
            found.append(_by_node(one.backward(values.copy(), dict(outputs)), len(operations)))
    return found


def _made(operations, parents, order):
    if order is None:
        return graph.Graph(operations, parents)

    class Ordered(graph.Graph):
        def topological_order(self, *_, **__):
            return [int(node) for node in order]

    return Ordered(operations, parents)


def _by_node(signals, count):
    """A list or array as it is, and a dict without any node as a key; for another dict, the signal of each
    node, 0 if the dict has none."""
    if isinstance(signals, dict) and signals and not any(node in signals for node in range(count)):
        return signals
    if isinstance(signals, dict):
        signals = [signals.get(node, 0.0) for node in range(count)]
    return None if signals is None else np.asarray(signals)
