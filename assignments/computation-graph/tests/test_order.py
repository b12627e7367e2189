import numpy as np
import pytest
from cases import chain, check_cycle, check_order, drawn, lecture, numbered

from reference.graph import Node

LONG = 40_000


def order(student, case):
    check_order(student.topological_order(case.operations, case.parents), case)


@pytest.mark.parametrize("which", ["product", "least squares", "regularised"])
def test_order_of_examples(student, rng, which):
    case, _, _ = lecture(rng, which)

    order(student, case)


@pytest.mark.parametrize("n", [8, 30, 200])
def test_order_of_random_graphs(student, rng, n):
    order(student, drawn(rng, n)[0])


def test_order_with_a_parent_twice(student, rng):
    graph = {
        "a": Node("input"),
        "b": Node("add", ("a", "a")),
        "c": Node("multiply", ("b", "b")),
        "d": Node("exp", ("c",)),
    }

    order(student, numbered(graph, {"a": 0.3}, {"a": 2, "b": 3, "c": 1, "d": 0}))


# Cycles, with nodes that lead to them and nodes that they lead to: node -> its parents. A test adds inputs
# that no node uses, and draws numbers and operations.
CYCLES = {
    "itself": {0: (), 1: (0, 1), 2: (1,)},
    "two": {0: (3,), 1: (), 2: (1, 3), 3: (2, 2), 4: (0, 1)},
    "five": {
        0: (4, 5),
        1: (0, 6),
        2: (1, 5),
        3: (2, 7),
        4: (3, 3),
        5: (),
        6: (5,),
        7: (6, 5),
        8: (4, 7),
        9: (8, 8),
    },
    "the first node": {0: (0, 2), 1: (), 2: (1,)},
    "the last node": {0: (), 1: (0,), 2: (2, 1)},
    "the first node behind it": {0: (1,), 1: (2,), 2: (1, 3), 3: ()},
    "the last node behind it": {0: (), 1: (0, 2), 2: (1,), 3: (2, 0)},
    "the last nodes, apart": {0: (), 1: (0, 0), 2: (1, 0), 3: (5,), 4: (3,), 5: (4,)},
}


@pytest.mark.parametrize("cycle", CYCLES)
def test_cycles_are_named(student, rng, cycle):
    graph = CYCLES[cycle]
    count = len(graph) + int(rng.integers(1, 9))
    number = rng.permutation(count)
    if cycle.startswith("the"):  # in this order: the first node stays the first, and the last stays the last
        between = np.sort(rng.choice(np.arange(1, count - 1), size=len(graph) - 2, replace=False))
        number = np.array([0, *between, count - 1])
    operations, parents = np.zeros(count, dtype=np.int64), np.full((count, 2), -1)
    for node, above in graph.items():
        operations[number[node]] = (0, rng.integers(4, 7), rng.integers(1, 4))[len(above)]
        parents[number[node], : len(above)] = [number[parent] for parent in above]

    check_cycle(student.topological_order(operations, parents, refuses=True), parents)


def test_order_of_a_long_chain(student, rng):
    order(student, chain(rng, LONG).case)


def test_other_orders(student, rng):
    for n in rng.integers(5, 60, size=6):
        order(student, drawn(rng, int(n), inputs=int(rng.integers(1, 5)))[0])


def test_order_is_written_not_imported(student):
    assert "graphlib" not in student.source, "graph.py uses graphlib; here you compute the order yourself."
