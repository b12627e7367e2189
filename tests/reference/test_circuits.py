from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import circuits

BITS = 4


def expressions(bits=BITS):
    leaves = st.integers(0, bits - 1) | st.booleans()
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(st.just("not"), inner)
            | st.tuples(st.sampled_from(["and", "or", "xor"]), inner)
            | st.tuples(st.sampled_from(["and", "or", "xor"]), inner, inner)
            | st.tuples(st.sampled_from(["and", "or", "xor"]), inner, inner, inner)
        ),
        max_leaves=20,
    )


def meant(expression, x):
    """The value of the expression at the bits x, by Python's own operators."""
    if isinstance(expression, bool):
        return expression
    if isinstance(expression, int):
        return bool(x[expression])
    operation, *parts = expression
    values = [meant(part, x) for part in parts]
    return {"not": lambda: not values[0], "and": lambda: all(values), "or": lambda: any(values)}.get(
        operation, lambda: sum(values) % 2 == 1
    )()


def gates(expression):
    """The numbers of its gates and of the inputs of all gates."""
    if not isinstance(expression, tuple):
        return 0, 0
    inner = [gates(part) for part in expression[1:]]
    return 1 + sum(count for count, _ in inner), len(inner) + sum(wires for _, wires in inner)


@given(expression=expressions())
def test_property_the_compiled_net_equals_the_expression_on_all_inputs(expression):
    net = circuits.compile_expression(expression, BITS)
    corners = list(product((0, 1), repeat=BITS))

    assert circuits.evaluate(net, corners).tolist() == [meant(expression, x) for x in corners]


@given(expression=expressions())
def test_property_its_size_is_linear_in_the_gates(expression):
    count, wires = gates(expression)

    net = circuits.compile_expression(expression, BITS)

    assert len(net.units) <= 3 * wires + count + 1
    assert net.connections <= 6 * wires + 1


@given(expression=expressions())
def test_property_every_unit_uses_inputs_and_earlier_units_and_is_never_on_its_boundary(expression):
    net = circuits.compile_expression(expression, BITS)

    for place, unit in enumerate(net.units, start=BITS):
        assert len(unit.sources) == len(unit.weights)
        assert all(0 <= source < place for source in unit.sources)
        sums = [unit.bias + sum(chosen) for chosen in product(*((0, w) for w in unit.weights))]
        assert min(abs(z) for z in sums) == 0.5


def test_a_part_used_twice_is_built_once():
    shared = ("and", 0, 1)

    net = circuits.compile_expression(("or", ("not", shared), ("and", ("and", 0, 1), 2)), 3)

    assert len(net.units) == 4


@pytest.mark.parametrize("bits", range(1, 13))
def test_parity_as_a_circuit_has_three_units_for_each_further_bit(bits):
    net = circuits.parity_circuit(bits)
    corners = np.array(list(product((0, 1), repeat=bits)))

    assert len(net.units) == (3 * (bits - 1) or 1)
    assert circuits.evaluate(net, corners).tolist() == (corners.sum(axis=1) % 2).tolist()


@pytest.mark.slow
def test_an_expression_nested_a_hundred_thousand_deep_is_compiled():
    expression = 0
    for _ in range(100_000):
        expression = ("not", expression)

    net = circuits.compile_expression(expression, 1)

    assert len(net.units) == 100_000
    assert circuits.evaluate(net, [[0], [1]]).tolist() == [0, 1]


def test_values_returns_every_unit():
    net = circuits.compile_expression(("xor", 0, 1), 2)

    assert circuits.values(net, [[1, 1], [0, 1]]).tolist() == [[1, 1, 1, 0, 0], [0, 1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (2, "input 2 of 2 inputs"),
        (-1, "input -1 of 2 inputs"),
        (("nor", 0, 1), "'nor' is not one of not, and, or, xor"),
        (("not", 0, 1), "not takes one part, not 2"),
        (("and",), "and takes at least one part"),
        ((), "an empty tuple"),
        (1.5, "1.5 is not an expression"),
        ("x", "'x' is not an expression"),
    ],
)
def test_it_refuses_what_is_not_an_expression_and_names_it(expression, words):
    with pytest.raises(ValueError, match=words):
        circuits.compile_expression(("or", 0, expression), 2)
