from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import boolean, mlp
from reference.activations import HARD_THRESHOLD, LINEAR, LOGISTIC

PAIRS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def decided(params, x):
    return mlp.forward(params, x, HARD_THRESHOLD, HARD_THRESHOLD).y[:, 0].tolist()


def hidden_tables(params):
    """The truth tables of the hidden units as a set, a table and its inverse counting as the same."""
    return {tuple(unit) for unit in mlp.forward(params, PAIRS, HARD_THRESHOLD).h[1].T.tolist()}


@pytest.mark.parametrize(
    ("gate", "table"),
    [
        (boolean.AND, [0, 0, 0, 1]),
        (boolean.OR, [0, 1, 1, 1]),
        (boolean.NAND, [1, 1, 1, 0]),
        (boolean.XOR, [0, 1, 1, 0]),
        (boolean.XOR_OF_OR_AND_AND, [0, 1, 1, 0]),
    ],
)
def test_gates_by_hand_have_their_truth_tables(gate, table):
    assert decided(gate, PAIRS) == table


def test_not_inverts_one_bit():
    assert decided(boolean.NOT, [[0], [1]]) == [1, 0]


def test_the_two_nets_for_xor_are_different_nets():
    first, second = hidden_tables(boolean.XOR), hidden_tables(boolean.XOR_OF_OR_AND_AND)

    assert first == {(0, 1, 1, 1), (1, 1, 1, 0)}
    assert second == {(0, 1, 1, 1), (0, 0, 0, 1)}


def test_configurations_are_all_of_minus_one_and_one_in_binary_order():
    assert boolean.configurations(2).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert boolean.configurations(0).shape == (1, 0)


@given(seed=st.integers(0, 2**32), bits=st.integers(1, 7), outputs=st.integers(1, 3))
def test_property_a_universal_net_has_any_values_with_one_unit_for_each_configuration(seed, bits, outputs):
    values = np.random.default_rng(seed).normal(size=(2**bits, outputs))

    net = boolean.universal_net(values)

    passed = mlp.forward(net, boolean.configurations(bits), HARD_THRESHOLD, LINEAR)
    np.testing.assert_array_equal(passed.y, values)
    np.testing.assert_array_equal(passed.h[1], np.eye(2**bits))


def test_a_universal_net_of_a_vector_has_one_output():
    net = boolean.universal_net([0, 1, 1, 0])

    assert {name: value.shape for name, value in net.items()} == {
        "W1": (4, 2),
        "b1": (4,),
        "W2": (1, 4),
        "b2": (1,),
    }


@pytest.mark.parametrize("count", [0, 3, 6])
def test_it_refuses_a_table_whose_length_is_not_a_power_of_two(count):
    with pytest.raises(ValueError, match=f"2\\^D rows, not {count}"):
        boolean.universal_net(np.zeros((count, 1)))


@pytest.mark.parametrize("bits", range(1, 11))
def test_parity_in_one_hidden_layer_has_exponentially_many_units(bits):
    net = boolean.parity_wide(bits)
    corners = boolean.configurations(bits)

    assert net["W1"].shape == (2**bits, bits)
    odd = (corners > 0).sum(axis=1) % 2
    assert mlp.forward(net, corners, HARD_THRESHOLD).y[:, 0].tolist() == odd.tolist()


@pytest.mark.parametrize("bits", range(1, 9))
def test_parity_by_counting_needs_one_hidden_unit_for_each_bit(bits):
    net = boolean.parity_counting(bits)
    corners = np.array(list(product((0, 1), repeat=bits)))

    assert net["W1"].shape == (bits, bits)
    assert mlp.forward(net, corners, HARD_THRESHOLD).y[:, 0].tolist() == (corners.sum(axis=1) % 2).tolist()


@pytest.mark.parametrize("error", [0.1, 1e-3, 1e-9])
@pytest.mark.parametrize("net", [boolean.XOR, boolean.XOR_OF_OR_AND_AND, boolean.AND, boolean.NAND])
def test_a_sharpened_logistic_net_equals_the_threshold_net_within_the_error(net, error):
    sharp = boolean.sharpen(net, PAIRS, error)

    gap = mlp.forward(sharp, PAIRS, LOGISTIC, LOGISTIC).y[:, 0] - decided(net, PAIRS)
    assert 0 < np.max(np.abs(gap)) <= error


@given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    error=st.floats(1e-9, 0.4),
    linear=st.booleans(),
)
def test_property_any_net_away_from_its_boundaries_can_be_sharpened(seed, sizes, error, linear):
    rng = np.random.default_rng(seed)
    net, x = mlp.init_params(rng, sizes), rng.normal(size=(6, sizes[0]))
    top = (LINEAR, LINEAR) if linear else (HARD_THRESHOLD, LOGISTIC)

    sharp = boolean.sharpen(net, x, error, output=top[0])

    want = mlp.forward(net, x, HARD_THRESHOLD, top[0]).y
    assert np.max(np.abs(mlp.forward(sharp, x, LOGISTIC, top[1]).y - want)) <= error * (1 + 1e-6)
    if linear:
        np.testing.assert_array_equal(sharp[f"W{len(sizes) - 1}"], net[f"W{len(sizes) - 1}"])


def test_it_refuses_a_unit_exactly_on_its_boundary():
    with pytest.raises(ValueError, match="unit 0 of layer 1 is on its boundary at row 1"):
        boolean.sharpen({"W1": np.ones((1, 2)), "b1": np.array([-1.0])}, PAIRS, 0.1)


@pytest.mark.parametrize("error", [0.0, -1.0, float("nan")])
def test_it_refuses_an_error_that_is_not_positive(error):
    with pytest.raises(ValueError, match="error must be above 0"):
        boolean.sharpen(boolean.XOR, PAIRS, error)


@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(1, 6), min_size=2, max_size=6))
def test_property_stacked_linear_layers_collapse_into_one(seed, sizes):
    rng = np.random.default_rng(seed)
    net, x = mlp.init_params(rng, sizes), rng.normal(size=(7, sizes[0]))

    one = boolean.collapse_linear(net)

    assert one["W1"].shape == (sizes[-1], sizes[0])
    assert list(one) == ["W1", "b1"]
    np.testing.assert_allclose(
        mlp.forward(one, x).y, mlp.forward(net, x, LINEAR, LINEAR).y, rtol=1e-9, atol=1e-11
    )
