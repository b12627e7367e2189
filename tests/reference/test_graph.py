import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reference import graph, losses, mlp, operations
from reference.graph import CycleError, Node

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
PRODUCT = {  # f = (x + y) z
    "x": Node("input"),
    "y": Node("input"),
    "z": Node("input"),
    "q": Node("add", ("x", "y")),
    "f": Node("multiply", ("q", "z")),
}
BINARY = {"add": anp.add, "subtract": anp.subtract, "multiply": anp.multiply}
UNARY = {
    "negate": anp.negative,
    "square": anp.square,
    "exp": anp.exp,
    "tanh": anp.tanh,
    "logistic": lambda z: 0.5 * (anp.tanh(z / 2) + 1),
    "soft ReLU": lambda z: anp.log(1 + anp.exp(z)),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z)),
    "log softmax": lambda z: anp.log(anp.exp(z) / anp.sum(anp.exp(z))),
}


@st.composite
def dags(draw):
    """A random graph of vectors, with nodes that have many children, in which every operation may occur."""
    count = draw(st.integers(1, 4))
    nodes = {i: Node("input") for i in range(count)}
    for i in range(count, count + draw(st.integers(1, 12))):
        operation = draw(st.sampled_from([*BINARY, *UNARY]))
        arity = 2 if operation in BINARY else 1
        nodes[i] = Node(operation, tuple(draw(st.integers(0, i - 1)) for _ in range(arity)))
    order = draw(st.permutations(list(nodes)))
    return {i: nodes[i] for i in order}, count


def played(nodes, inputs):
    """The values of all nodes by autograd's numpy."""
    values = list(inputs)
    for i in range(len(inputs), len(nodes)):
        function = {**BINARY, **UNARY}[nodes[i].operation]
        values.append(function(*(values[p] for p in nodes[i].parents)))
    return values


def test_the_lectures_example_has_the_lectures_numbers():
    values = graph.forward(PRODUCT, {"x": -1.0, "y": 2.0, "z": -3.0})
    signals = graph.backward(PRODUCT, values, {"f": 1.0})

    assert {name: float(v) for name, v in values.items()} == {"x": -1, "y": 2, "z": -3, "q": 1, "f": -3}
    assert {name: float(v) for name, v in signals.items()} == {"x": -3, "y": -3, "z": 1, "q": -3, "f": 1}


@given(case=dags(), seed=st.integers(0, 2**32), n=st.integers(1, 3))
def test_property_signals_of_every_input_agree_with_autograd(case, seed, n):
    nodes, count = case
    rng = np.random.default_rng(seed)
    inputs, top = [0.3 * rng.normal(size=n) for _ in range(count)], len(nodes) - 1

    with np.errstate(all="ignore"):
        values = graph.forward(nodes, dict(enumerate(inputs)))
        assume(all(np.max(np.abs(v)) < 20 for v in values.values()))
        signals = graph.backward(nodes, values, {top: np.ones(n)})
        want = autograd.grad(lambda inputs: anp.sum(played(nodes, inputs)[top]))(inputs)

    for i in range(count):
        scale = max(1.0, np.max(np.abs(want[i])))
        np.testing.assert_allclose(signals[i] / scale, want[i] / scale, **CLOSE)


@given(case=dags())
def test_property_the_order_has_every_node_once_and_after_its_parents(case):
    nodes, _ = case

    order = graph.topological_order(nodes)

    place = {name: i for i, name in enumerate(order)}
    assert sorted(order) == sorted(nodes)
    assert all(place[parent] < place[name] for name in nodes for parent in nodes[name].parents)


@given(case=dags(), seed=st.integers(0, 2**32))
def test_property_signals_are_linear_in_the_seeds_of_several_outputs(case, seed):
    nodes, count = case
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        values = graph.forward(nodes, {i: 0.1 * rng.normal(size=2) for i in range(count)})
        assume(all(np.max(np.abs(v)) < 20 for v in values.values()))
        first, second = len(nodes) - 1, len(nodes) // 2
        both = graph.backward(nodes, values, {first: np.ones(2), second: 2 * np.ones(2)})
        one = graph.backward(nodes, values, {first: np.ones(2)})
        other = graph.backward(nodes, values, {second: np.ones(2)})

    if first != second:
        for name in nodes:
            scale = 1.0 + np.max(np.abs(one[name])) + np.max(np.abs(other[name]))
            np.testing.assert_allclose(both[name] / scale, (one[name] + 2 * other[name]) / scale, **CLOSE)


def test_a_node_used_twice_adds_both_contributions():
    nodes = {"w": Node("input"), "square": Node("multiply", ("w", "w")), "sum": Node("add", ("square", "w"))}
    values = graph.forward(nodes, {"w": 3.0})

    assert graph.backward(nodes, values, {"sum": 1.0})["w"] == 7.0


def test_a_node_that_leads_to_no_output_has_the_signal_zero():
    nodes = {**PRODUCT, "idle": Node("exp", ("x",))}
    values = graph.forward(nodes, {"x": -1.0, "y": 2.0, "z": -3.0})

    signals = graph.backward(nodes, values, {"f": 1.0})

    assert signals["idle"] == 0.0
    assert signals["x"] == -3.0


def test_repeated_calls_return_the_same_and_change_nothing():
    values = graph.forward(PRODUCT, {"x": -1.0, "y": 2.0, "z": -3.0})
    seed = np.array(1.0)

    first, second = (graph.backward(PRODUCT, values, {"f": seed}) for _ in range(2))
    first["f"] += 5.0

    assert seed == 1.0
    assert second["f"] == 1.0
    assert second["x"] == -3.0


def test_signals_of_an_mlp_built_as_a_graph_are_those_of_its_vector_form():
    rng = np.random.default_rng(0)
    params, x, t = mlp.init_params(rng, (3, 4, 2)), rng.normal(size=(1, 3)), rng.normal(size=(1, 2))
    nodes = {name: Node("input") for name in ("x", "t", *params)} | {
        "p1": Node("matvec", ("W1", "x")),
        "z1": Node("add", ("p1", "b1")),
        "h": Node("logistic", ("z1",)),
        "p2": Node("matvec", ("W2", "h")),
        "y": Node("add", ("p2", "b2")),
        "off": Node("subtract", ("y", "t")),
        "squares": Node("square", ("off",)),
        "half": Node("input"),
        "sum": Node("sum", ("squares",)),
        "L": Node("multiply", ("half", "sum")),
    }
    values = graph.forward(nodes, {**params, "x": x[0], "t": t[0], "half": 0.5})

    signals = graph.backward(nodes, values, {"L": 1.0})

    want = mlp.cost_signals(params, x, t)
    for name in params:
        np.testing.assert_allclose(signals[name], want.parameters[name], **CLOSE)
    np.testing.assert_allclose(signals["z1"], want.z[0][0], **CLOSE)
    np.testing.assert_allclose(signals["h"], want.h[1][0], **CLOSE)


def test_softmax_cross_entropy_as_a_graph_has_the_signal_y_minus_t():
    z, t = np.array([0.5, -1.0, 2.0]), np.array([0.0, 1.0, 0.0])
    nodes = {
        "z": Node("input"),
        "t": Node("input"),
        "log y": Node("log softmax", ("z",)),
        "minus L": Node("dot", ("t", "log y")),
        "L": Node("negate", ("minus L",)),
    }
    values = graph.forward(nodes, {"z": z, "t": t})

    np.testing.assert_allclose(graph.backward(nodes, values, {"L": 1.0})["z"], losses.softmax(z) - t, **CLOSE)


@pytest.mark.parametrize("name", sorted(operations.OPERATIONS))
def test_every_operation_agrees_with_the_complex_step(name):
    operation = operations.OPERATIONS[name]
    rng = np.random.default_rng(4)
    shapes = {"matvec": [(2, 3), (3,)], "add": [(2, 3), (3,)], "dot": [(3,), (3,)]}
    parents = [rng.uniform(0.5, 2.0, s) for s in shapes.get(name, [(3,)] * operation.arity)]
    value = operation.value(*parents)
    bar = rng.normal(size=np.shape(value))

    shares = operation.vjp(bar, value, *parents)

    for i, share in enumerate(shares):
        want = np.empty_like(parents[i])
        for index in np.ndindex(*want.shape):
            moved = [p.astype(complex) for p in parents]
            moved[i][index] += 1e-30j
            want[index] = np.sum(bar * operation.value(*moved)).imag / 1e-30
        np.testing.assert_allclose(share, want, **CLOSE)


@pytest.mark.slow
def test_a_chain_of_a_hundred_thousand_nodes_needs_no_recursion():
    length = 100_000
    nodes = {0: Node("input")} | {
        i: Node("add" if i % 2 else "negate", (i - 1,) * (1 + i % 2)) for i in range(1, 41)
    }
    nodes |= {i: Node("negate", (i - 1,)) for i in range(41, length)}

    values = graph.forward(nodes, {0: 1.0})
    signals = graph.backward(nodes, values, {length - 1: 1.0})

    assert abs(float(signals[0])) == 2.0**20
    assert float(signals[0]) == float(values[length - 1])


def test_it_refuses_a_cycle_and_names_its_nodes_in_order():
    nodes = {
        "in": Node("input"),
        "a": Node("add", ("in", "c")),
        "b": Node("exp", ("a",)),
        "c": Node("negate", ("b",)),
        "after": Node("exp", ("c",)),
    }

    with pytest.raises(CycleError, match="a -> b -> c -> a") as caught:
        graph.topological_order(nodes)

    assert caught.value.nodes == ("a", "b", "c")


def test_a_node_that_is_its_own_parent_is_a_cycle():
    with pytest.raises(CycleError, match="a -> a"):
        graph.topological_order({"a": Node("exp", ("a",))})


@pytest.mark.slow
def test_a_cycle_of_a_hundred_thousand_nodes_is_found_too():
    length = 100_000
    nodes = {i: Node("negate", ((i - 1) % length,)) for i in range(length)}

    with pytest.raises(CycleError) as caught:
        graph.topological_order(nodes)

    assert len(caught.value.nodes) == length
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ({"a": Node("exp", ("b",))}, "a has the parent b, which is not a node"),
        ({"a": Node("input"), "b": Node("cosh", ("a",))}, "b has the operation 'cosh'"),
        ({"a": Node("input"), "b": Node("add", ("a",))}, "b: add takes 2 parents, not 1"),
    ],
)
def test_it_refuses_an_invalid_graph_and_names_the_node(nodes, words):
    with pytest.raises(ValueError, match=words):
        graph.topological_order(nodes)


@pytest.mark.parametrize(
    ("given_inputs", "words"),
    [
        ({"x": 1.0, "y": 1.0}, "there is no value for z"),
        ({"x": 1, "y": 1, "z": 1, "q": 1}, "q is not an input"),
    ],
)
def test_it_refuses_missing_and_unknown_inputs(given_inputs, words):
    with pytest.raises(ValueError, match=words):
        graph.forward(PRODUCT, given_inputs)


def test_it_refuses_a_seed_of_another_shape():
    values = graph.forward(PRODUCT, {"x": -1.0, "y": 2.0, "z": -3.0})

    with pytest.raises(ValueError, match="the signal of f has shape \\(2,\\), its value \\(\\)"):
        graph.backward(PRODUCT, values, {"f": np.ones(2)})
