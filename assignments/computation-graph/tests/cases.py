"""Graphs for grading, the right signals from the reference, and the check of an order."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from grader.kit import StudentError, fail
from reference import graph as ground

NAMES = ("input", "add", "subtract", "multiply", "exp", "logistic", "square")
UNARY = ("exp", "logistic", "square")
FAR = 3.0  # values stay below, so that no signal is much larger than the others
INSTEAD = "Graded with a right order instead of the one that topological_order returned."


@dataclass(frozen=True)
class Case:
    """One graph as students get it: operations (N,), parents (N, 2), values (N,)."""

    operations: np.ndarray
    parents: np.ndarray
    values: np.ndarray

    @property
    def nodes(self):
        return {
            node: ground.Node(NAMES[code], tuple(int(p) for p in row if p >= 0))
            for node, (code, row) in enumerate(zip(self.operations, self.parents, strict=True))
        }

    def signals(self, outputs):
        """(N,), by the reference."""
        values = dict(enumerate(self.values))
        found = ground.backward(self.nodes, values, outputs)
        return np.array([float(found[node]) for node in range(len(self.values))])


def numbered(graph, inputs, places):
    """A graph of named nodes as a Case, node `name` at number places[name]."""
    values = ground.forward(graph, inputs)
    operations, parents = np.zeros(len(graph), dtype=np.int64), np.full((len(graph), 2), -1)
    found = np.zeros(len(graph))
    for name, node in graph.items():
        at = places[name]
        operations[at], found[at] = NAMES.index(node.operation), float(values[name])
        parents[at, : len(node.parents)] = [places[parent] for parent in node.parents]
    return Case(operations, parents, found)


def shuffled(rng, graph, inputs):
    """The same with random node numbers: (case, places)."""
    places = dict(zip(graph, (int(i) for i in rng.permutation(len(graph))), strict=True))
    return numbered(graph, inputs, places), places


def drawn(rng, n, inputs=4, shared=0.5):
    """A random graph of n nodes: each parent is among the latest few, or with probability `shared` any
    earlier node, so that many nodes have several children, some of them the same one twice."""
    graph, values = {}, {}
    for node in range(n):
        if node < inputs:
            graph[node], values[node] = (
                ground.Node("input"),
                float(rng.uniform(0.5, 1.5) * rng.choice([-1, 1])),
            )
            continue
        a, b = (int(rng.integers(0 if rng.random() < shared else max(0, node - 3), node)) for _ in range(2))
        name = NAMES[int(rng.integers(1, len(NAMES)))]
        value = ground.OPERATIONS[name].value(*([values[a]] if name in UNARY else [values[a], values[b]]))
        if not abs(value) < FAR:
            name, value = "logistic", ground.OPERATIONS["logistic"].value(values[a])
        graph[node] = ground.Node(name, (a,) if name in UNARY else (a, b))
        values[node] = float(value)
    return shuffled(rng, graph, {node: values[node] for node in range(inputs)})


def lecture(rng, which):
    """An example of the lecture; (case, places, end)."""
    node = ground.Node
    if which == "product":
        graph = {
            **{name: node("input") for name in "xyz"},
            "q": node("add", ("x", "y")),
            "f": node("multiply", ("q", "z")),
        }
        end = "f"
    else:
        graph = {name: node("input") for name in ("w", "x", "b", "t", "half")}
        graph |= {
            "wx": node("multiply", ("w", "x")),
            "z": node("add", ("wx", "b")),
            "y": node("logistic", ("z",)),
        }
        graph |= {
            "d": node("subtract", ("y", "t")),
            "s": node("square", ("d",)),
            "L": node("multiply", ("half", "s")),
        }
        end = "L"
    if which == "regularised":
        graph |= {
            "lambda": node("input"),
            "w2": node("square", ("w",)),
            "R": node("multiply", ("half", "w2")),
        }
        graph |= {"share": node("multiply", ("lambda", "R")), "J": node("add", ("L", "share"))}
        end = "J"
    inputs = {
        name: float(rng.uniform(0.5, 1.5) * rng.choice([-1, 1]))
        for name in graph
        if graph[name].operation == "input"
    }
    case, places = shuffled(rng, graph, inputs)
    return case, places, places[end]


class Chain(NamedTuple):
    """n nodes in a row, in arrays: the numbers of the inputs a, b, up, down and of the nodes (`places`), and
    for each node after the first what it adds (`added`, else 0), what it multiplies by (`factors`, else 1),
    and which input its second parent is (`others`)."""

    case: Case
    places: np.ndarray
    added: np.ndarray
    factors: np.ndarray
    others: np.ndarray

    @property
    def end(self):
        return int(self.places[-1])

    def signals(self):
        """(N,), if the end has the signal 1. The reference would take a second for a row of 40,000."""
        values = self.case.values[self.places[4:]]
        later = np.append(self.factors, 1.0)[::-1].cumprod()[::-1]  # of node i: the factors after it
        shares = np.where(self.added != 0.0, 1.0, values[:-1]) * later[1:]
        above = np.bincount(self.others, weights=shares, minlength=4)
        above[0] += later[0] * values[0]
        found = np.empty(len(self.places))
        found[self.places] = np.concatenate([above, later])
        return found


def chain(rng, n):
    """n nodes in a row, a Chain. Each adds one of two inputs, or multiplies by one of two inputs 1 and -1."""
    inputs = np.array([0.3, -0.2, 1.0, -1.0])
    adds, others = rng.random(n - 1) < 0.5, rng.integers(2, size=n - 1)
    others = np.where(adds, others, 2 + others)
    added, factors = np.where(adds, inputs[others], 0.0), np.where(adds, 1.0, inputs[others])
    turned = np.cumprod(factors)
    row = np.concatenate([[1.0], turned]) * (np.exp(0.3) + np.concatenate([[0.0], np.cumsum(added * turned)]))
    places = rng.permutation(n + 4)
    operations, parents = np.zeros(n + 4, dtype=np.int64), np.full((n + 4, 2), -1)
    operations[places[4]], parents[places[4], 0] = NAMES.index("exp"), places[0]
    operations[places[5:]] = np.where(adds, NAMES.index("add"), NAMES.index("multiply"))
    parents[places[5:]] = np.column_stack([places[4:-1], places[others]])
    values = np.empty(n + 4)
    values[places] = np.concatenate([inputs, row])
    return Chain(Case(operations, parents, values), places, added, factors, others)


def check_order(found, case):
    """Fail unless these are all nodes, each once and after its parents."""
    n = len(case.operations)
    if not isinstance(found, np.ndarray) or found.ndim != 1 or (len(found) and found.dtype.kind not in "iuf"):
        fail(
            "The order is not a list of node numbers."
            if found is not None
            else "topological_order returned None."
        )
    order = found.astype(np.int64)
    if not np.array_equal(order, found) or (len(order) and not 0 <= order.min() <= order.max() < n):
        fail(f"The order contains something else than the numbers 0 to {n - 1}.")
    times = np.bincount(order, minlength=n)
    for node in np.flatnonzero(times != 1)[:1]:
        fail(
            f"Node {node} is in the order {times[node]} times, expected once."
            if times[node]
            else f"Node {node} is missing from the order."
        )
    place = np.argsort(order)
    early = (case.parents >= 0) & (place[case.parents] > place[:, None])
    for node, column in np.argwhere(early)[:1]:
        fail(f"Node {node} comes before its parent {case.parents[node, column]}.")


def check_cycle(answer, parents):
    """Fail unless the nodes named form one cycle."""
    refused, nodes = answer
    if not refused:
        fail("topological_order returned, expected CycleError: this graph has a cycle.")
    named = [int(node) for node in np.atleast_1d(nodes)]
    if not named or len(set(named)) < len(named) or not all(0 <= node < len(parents) for node in named):
        fail("The nodes of CycleError are not a cycle in which each is named once.")
    following = [*named[1:], named[0]]
    ahead = [a in parents[b] for a, b in zip(named, following, strict=True)]
    back = [b in parents[a] for a, b in zip(named, following, strict=True)]
    if not all(ahead) and not all(back):
        at = ahead.index(False)
        fail(f"CycleError names {named[at]}, then {following[at]}, which is not a child of {named[at]}.")


def agrees(found, wants):
    """Whether each array has the right values, to the tolerance of `same`."""
    if not isinstance(found, list) or len(found) != len(wants):
        return False
    return all(
        isinstance(got, np.ndarray) and got.shape == want.shape and got.dtype.kind in "fiu"
        and np.linalg.norm(got - want) <= 1e-9 * np.linalg.norm(want)
        for got, want in zip(found, wants, strict=True)
    )  # fmt: skip


def right_order(case):
    return np.array(ground.topological_order(case.nodes))


def asked(ask, wants, award, own_order=True):
    """The result of ask(). A mistake in topological_order costs backward no points: if the result is wrong,
    or the code stops, ask(True) uses a right order instead, and its result counts if it is right. Without
    `own_order` this is done first: a slow order would use up the time of this test.
    """
    if not own_order:
        found = _answer(ask, True)
        if agrees(found, wants):
            return found
    fault = None
    try:
        found = ask()
    except StudentError as error:
        found, fault = None, error
    if agrees(found, wants):
        return found
    instead = _answer(ask, True) if own_order else None
    if agrees(instead, wants):
        award(1, INSTEAD)
        return instead
    if fault is not None:
        raise fault
    return found


def _answer(ask, instead):
    try:
        return ask(instead)
    except StudentError:
        return None


def check_backward(student, same, award, case, calls):
    """Backward of one Graph for each of `calls`."""
    wants = [case.signals(outputs) for outputs in calls]

    check_calls(student, same, award, case, calls, wants, lambda: right_order(case))


def check_calls(student, same, award, case, calls, wants, order, own_order=True):
    """The same with the right signals of each call, and a function that makes a right order."""
    args = (case.operations, case.parents, case.values, calls)

    def ask(instead=False):
        return student.backward(*args, order=order() if instead else None)

    found = asked(ask, wants, award, own_order)

    for number, (got, want) in enumerate(zip(found, wants, strict=True), start=1):
        check_signals(same, got, want, "v_bar" if len(calls) == 1 else f"v_bar of call {number}")


def check_signals(same, got, want, name):
    if got is None:
        fail("backward returned None.")
    same(got, want, name)
