import pytest
from cases import (
    NAMES,
    UNARY,
    asked,
    chain,
    check_backward,
    check_calls,
    check_signals,
    drawn,
    lecture,
    right_order,
    shuffled,
)

from grader.kit import StudentError, fail
from reference.graph import Node

LONG = 40_000


@pytest.mark.parametrize("which", ["product", "least squares", "regularised"])
def test_signals_of_examples(student, rng, same, award, which):
    case, _, end = lecture(rng, which)

    check_backward(student, same, award, case, [{end: 1.0}])


@pytest.mark.parametrize("name", NAMES[1:])
def test_one_operation(student, rng, same, award, name):
    parents = ("a",) if name in UNARY else ("a", "b")
    graph = {"a": Node("input"), "b": Node("input"), "v": Node(name, parents)}
    case, places = shuffled(rng, graph, {"a": -0.7, "b": 1.3})

    check_backward(student, same, award, case, [{places["v"]: 1.0}])


def _ladder(rungs):
    """v = v / 2 + v / 2, again and again: two paths from each node to the next."""
    rails = {
        "half": Node("logistic", ("zero",)),
        "zero": Node("subtract", ("a", "a")),
        "r0": Node("exp", ("a",)),
    }
    for i in range(1, rungs + 1):
        rails |= {f"h{i}": Node("multiply", ("half", f"r{i - 1}")), f"r{i}": Node("add", (f"h{i}", f"h{i}"))}
    return rails | {"end": Node("square", (f"r{rungs}",))}


# Which paths lead from the input to the end.
FANS = {
    "diamond": {"p": Node("exp", ("a",)), "q": Node("square", ("a",)), "end": Node("multiply", ("p", "q"))},
    "long and short": {
        **{"p": Node("exp", ("a",)), "q": Node("square", ("p",)), "r": Node("logistic", ("q",))},
        **{"s": Node("add", ("a", "r")), "end": Node("multiply", ("s", "p"))},
    },
    "same parent twice": {
        "p": Node("multiply", ("a", "a")),
        "q": Node("add", ("p", "p")),
        "end": Node("logistic", ("q",)),
    },
    "a ladder": _ladder(60),
    "minus itself": {
        "p": Node("subtract", ("a", "a")),
        "q": Node("add", ("p", "a")),
        "end": Node("exp", ("q",)),
    },
}


@pytest.mark.parametrize("fan", FANS)
def test_shares_add(student, rng, same, award, fan):
    case, places = shuffled(rng, {"a": Node("input"), **FANS[fan]}, {"a": 0.8})

    check_backward(student, same, award, case, [{places["end"]: 1.0}])


@pytest.mark.parametrize("n", [12, 40, 200])
def test_signals_of_random_graphs(student, rng, same, award, n):
    case, places = drawn(rng, n)

    check_backward(student, same, award, case, [{places[n - 1]: 1.0}])


def several(rng, n=30):
    """A random graph, and three of its nodes with signals from outside: the last, and two before it."""
    case, places = drawn(rng, n)
    first, second = (int(node) for node in rng.choice(range(4, n - 1), size=2, replace=False))
    return case, {places[n - 1]: 1.0, places[first]: float(rng.uniform(0.5, 2.0)), places[second]: -1.5}


def test_several_outputs(student, rng, same, award):
    graph = {
        "a": Node("input"),
        "b": Node("input"),
        "p": Node("multiply", ("a", "b")),
        "q": Node("exp", ("p",)),
    }
    case, places = shuffled(rng, graph, {"a": 0.5, "b": -1.2})

    check_backward(student, same, award, case, [{places["q"]: 2.0, places["p"]: 0.5}])
    case, outputs = several(rng)
    check_backward(student, same, award, case, [outputs])


def test_nodes_beside_the_output(student, rng, same, award):
    case, places = drawn(rng, 20)

    check_backward(student, same, award, case, [{places[10]: 1.0}])


def test_asked_again(student, rng, same, award):
    case, outputs = several(rng, 30)
    other = {min(outputs): 2.0}

    check_backward(student, same, award, case, [outputs, other, outputs])


def test_graphs_in_turn(student, rng, same, award):
    drawings = [several(rng, n) for n in (30, 25, 30)]
    graphs = [(case.operations, case.parents, case.values, outputs) for case, outputs in drawings]
    wants = [case.signals(outputs) for case, outputs in drawings + drawings]
    orders = [right_order(case) for case, _ in drawings]

    found = asked(
        lambda instead=False: student.backward(graphs, order=orders if instead else None, in_turn=True),
        wants,
        award,
    )

    for number, (got, want) in enumerate(zip(found, wants, strict=True)):
        check_signals(
            same, got, want, f"v_bar of graph {number % 3 + 1}, {'first' if number < 3 else 'second'} time"
        )


def test_signals_of_a_long_chain(student, rng, same, award):
    row = chain(rng, LONG)
    calls, wants = [{row.end: 1.0}], [row.signals()]

    check_calls(student, same, award, row.case, calls, wants, lambda: row.places, own_order=False)


def test_arguments_unchanged(student, rng, same):
    case, outputs = several(rng, 15)
    before = [case.operations, case.parents, case.values]
    try:
        (result,), after = student.backward.inplace(*before, [outputs])
    except StudentError:  # its order may be wrong
        (result,), after = student.backward.inplace(*before, [outputs], right_order(case))

    if result is None:
        fail("backward returned None: there is nothing to check yet.")
    for name, was, now in zip(("operations", "parents", "values"), before, after, strict=False):
        same(now, was, f"{name} after the call", rtol=0.0)
    if after[3][0] != outputs:
        fail("outputs is changed by the call, expected unchanged.")


def test_other_graphs(student, rng, same, award):
    for n in (*rng.integers(8, 60, size=4), 400):
        case, outputs = several(rng, int(n))
        check_backward(student, same, award, case, [outputs])
