import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import approximation, mlp
from reference.activations import HARD_THRESHOLD, RELU

FUNCTIONS = {
    "sine": (lambda x: np.sin(5 * x), lambda d: 5 * d),
    "root": (lambda x: np.sqrt(np.abs(x)), np.sqrt),
    "tent": (lambda x: np.abs(x - 0.3), lambda d: d),
    "constant": (lambda x: 2.5 + 0 * x, lambda d: 0 * d),
}
NETS = [(approximation.step_net, HARD_THRESHOLD), (approximation.relu_net, RELU)]


@pytest.mark.parametrize(("build", "hidden"), NETS)
@pytest.mark.parametrize("function", FUNCTIONS)
@given(error=st.floats(0.1, 2.0), start=st.floats(-3, 3), length=st.floats(0.01, 4))
def test_property_the_net_stays_within_the_error_on_the_whole_interval(
    build, hidden, function, error, start, length
):
    f, modulus = FUNCTIONS[function]

    net = build(f, (start, start + length), modulus, error)

    x = np.concatenate([np.linspace(start, start + length, 3001), -net["b1"]]).clip(start, start + length)
    y = mlp.forward(net, x[:, None], hidden).y[:, 0]
    assert np.max(np.abs(y - f(x))) <= error + 1e-9


@pytest.mark.parametrize(("build", "hidden"), NETS)
def test_the_error_is_almost_reached_so_the_net_is_not_too_large(build, hidden):
    net = build(lambda x: x, (0.0, 1.0), lambda d: d, 0.01)

    assert len(net["b1"]) <= 101


@pytest.mark.parametrize("pieces", range(1, 30))
def test_it_uses_the_smallest_number_of_pieces(pieces):
    error = (1 + 1e-9) / pieces

    steps = approximation.step_net(lambda x: x, (0.0, 1.0), lambda d: d, error / 2)
    ramps = approximation.relu_net(lambda x: x, (0.0, 1.0), lambda d: d, error)

    assert steps["W1"].shape == (pieces - 1, 1)
    assert ramps["W1"].shape == (pieces, 1)


@pytest.mark.parametrize(("build", "hidden"), NETS)
def test_halving_the_error_of_a_lipschitz_function_doubles_the_units(build, hidden):
    f, modulus = FUNCTIONS["sine"]

    sizes = [len(build(f, (0.0, 1.0), modulus, error)["b1"]) for error in (0.04, 0.02, 0.01)]

    assert 1.8 < sizes[1] / sizes[0] < 2.2
    assert 1.8 < sizes[2] / sizes[1] < 2.2


def test_a_step_net_has_the_function_value_in_the_middle_of_each_piece():
    net = approximation.step_net(lambda x: x**2, (0.0, 1.0), lambda d: 2 * d, 0.25)

    middles = (np.arange(4) + 0.5) / 4
    y = mlp.forward(net, middles[:, None], HARD_THRESHOLD).y[:, 0]
    assert len(net["b1"]) == 3
    np.testing.assert_allclose(y, middles**2, rtol=1e-12)


def test_a_relu_net_equals_the_function_at_the_ends_of_each_piece():
    net = approximation.relu_net(lambda x: x**2, (0.0, 1.0), lambda d: 2 * d, 0.5)

    knots = np.arange(5) / 4
    np.testing.assert_allclose(mlp.forward(net, knots[:, None], RELU).y[:, 0], knots**2, atol=1e-12)


@pytest.mark.parametrize(("build", "hidden"), NETS)
@pytest.mark.parametrize(
    ("interval", "error", "words"),
    [((1.0, 1.0), 0.1, "interval"), ((0.0, float("inf")), 0.1, "interval"), ((0.0, 1.0), 0.0, "above 0")],
)
def test_it_refuses_an_empty_interval_and_an_error_that_is_not_positive(
    build, hidden, interval, error, words
):
    with pytest.raises(ValueError, match=words):
        build(np.sin, interval, lambda d: d, error)


def test_it_refuses_a_modulus_that_never_gets_below_the_error():
    with pytest.raises(ValueError, match="more than 1048576 pieces"):
        approximation.step_net(np.sign, (-1.0, 1.0), lambda d: 2.0, 0.5)
