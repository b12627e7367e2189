"""Check your orders, and compare your signals with measured slopes. Needs only numpy.

    python check.py

For each of a few random graphs it prints |a - b| / (|a| + |b|), with a your error signals and b the slopes
of the output along each node's value. For right signals this is below 1e-6.
"""

import numpy as np

from graph import ADD, EXP, INPUT, LOGISTIC, MULTIPLY, SQUARE, SUBTRACT, CycleError, Graph

EPS = 1e-5


def value(operation, a, b):
    """What a node computes."""
    if operation in (ADD, SUBTRACT):
        return a + b if operation == ADD else a - b
    if operation == MULTIPLY:
        return a * b
    if operation == EXP:
        return np.exp(a)
    return 1 / (1 + np.exp(-a)) if operation == LOGISTIC else a * a


def values_of(operations, parents, inputs, moved=None, step=0.0):
    """All values, with that of node `moved` changed by `step`. Here each node comes after its parents."""
    values = np.zeros(len(operations))
    for node, (a, b) in enumerate(parents):
        known = operations[node] == INPUT
        values[node] = inputs[node] if known else value(operations[node], values[a], values[b])
        values[node] += step if node == moved else 0.0
    return values


def random_graph(rng, count):
    """operations and parents of `count` nodes, three of them inputs, the last not."""
    operations, parents = np.zeros(count, dtype=int), np.full((count, 2), -1)
    for node in range(3, count):
        operations[node] = rng.choice([ADD, SUBTRACT, MULTIPLY, LOGISTIC, SQUARE, EXP], p=[0.2, 0.2, 0.2, 0.3, 0.05, 0.05])
        width = 1 if operations[node] in (EXP, LOGISTIC, SQUARE) else 2
        parents[node, :width] = rng.integers(max(0, node - 5), node, size=width)
    return operations, parents


def check_order(title, operations, parents):
    order = Graph(operations, parents).topological_order()
    if order is None:
        return print(f"{title} order: topological_order returned None.")
    place = {int(node): i for i, node in enumerate(order)}
    if len(order) != len(operations) or set(place) != set(range(len(operations))):
        return print(f"{title} order: not each of the {len(operations)} nodes is in it once")
    early = [(n, p) for n, row in enumerate(parents) for p in row if p >= 0 and place[p] > place[n]]
    print(f"{title} order:", f"node {early[0][0]} comes before its parent {early[0][1]}" if early else "fine")


def check_signals(title, operations, parents, inputs):
    end = len(operations) - 1
    values = values_of(operations, parents, inputs)
    found = Graph(operations, parents).backward(values.copy(), {end: 1.0})
    if found is None:
        return print(f"{title} signals: backward returned None.")
    if isinstance(found, dict):
        found = [found.get(node, 0.0) for node in range(len(operations))]
    slopes = np.zeros(len(operations))
    for node in range(len(operations)):
        ahead, behind = (values_of(operations, parents, inputs, node, step)[end] for step in (EPS, -EPS))
        slopes[node] = (ahead - behind) / (2 * EPS)
    a = np.asarray(found, dtype=float)
    error = np.linalg.norm(a - slopes) / (np.linalg.norm(a) + np.linalg.norm(slopes) + 1e-300)
    print(f"{title} signals: relative error {error:.1e}; measured norm {np.linalg.norm(slopes):.6f}")


def main():
    rng = np.random.default_rng(0)
    for count in (6, 12, 25):
        operations, parents = random_graph(rng, count)
        number = rng.permutation(count)  # other numbers must not matter
        mixed, above = np.zeros(count, dtype=int), np.full((count, 2), -1)
        mixed[number] = operations
        above[number] = np.where(parents >= 0, number[parents], -1)
        check_order(f"{count} nodes,", mixed, above)
        check_signals(f"{count} nodes,", operations, parents, rng.normal(size=count))
    try:
        Graph(np.array([0, 1, 4]), np.array([[-1, -1], [0, 2], [1, -1]])).topological_order()
        print("cycle: not refused")
    except CycleError as error:
        print("cycle: nodes", sorted(error.nodes), "named, expected [1, 2]")


if __name__ == "__main__":
    main()
