import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import mlp, separation, xor
from reference.activations import LINEAR


@pytest.mark.parametrize("seed", range(20))
def test_it_learns_xor_from_every_start(seed):
    trained = xor.train(xor.init_params(np.random.default_rng(seed)))

    assert ((xor.predict(trained.params, xor.X) > 0.5) == (xor.T > 0.5)).all()
    assert np.isfinite(trained.losses).all()
    assert trained.losses[-1] < 0.01


def test_the_same_generator_gives_the_same_training():
    one, two = (xor.train(xor.init_params(np.random.default_rng(7)), steps=50) for _ in range(2))

    np.testing.assert_equal(one, two)


@given(seed=st.integers(0, 2**32), steps=st.integers(0, 5))
def test_property_one_call_with_many_steps_equals_many_calls_with_one_step(seed, steps):
    start = xor.init_params(np.random.default_rng(seed), hidden=3)

    at_once = xor.train(start, steps=steps)
    now = start
    for _ in range(steps):
        now = xor.train(now, steps=1).params

    np.testing.assert_equal(at_once.params, now)
    assert at_once.losses.shape == (steps + 1,)
    assert at_once.losses[0] == mlp.cost(start, xor.X, xor.T)
    assert at_once.losses[-1] == mlp.cost(now, xor.X, xor.T)


def test_training_does_not_change_its_arguments():
    start = xor.init_params(np.random.default_rng(1))
    before = {name: value.copy() for name, value in start.items()}

    xor.train(start, steps=3)

    np.testing.assert_equal(start, before)


@given(seed=st.integers(0, 2**32))
def test_property_units_that_start_equal_stay_equal(seed):
    rng = np.random.default_rng(seed)
    alike = {
        "W1": np.tile(rng.normal(size=2), (4, 1)),
        "b1": np.full(4, rng.normal()),
        "W2": np.full((1, 4), rng.normal()),
        "b2": np.zeros(1),
    }

    trained = xor.train(alike, steps=20)

    assert xor.distinct_units(alike) == xor.distinct_units(trained.params) == 1
    assert xor.distinct_units(xor.init_params(rng)) == xor.HIDDEN_UNITS


@given(seed=st.integers(0, 2**32))
def test_property_a_linear_net_never_has_all_four_points_right(seed):
    params = xor.init_params(np.random.default_rng(seed))
    y = mlp.forward(params, xor.X, hidden=LINEAR).y

    assert not ((y > 0.5) == (xor.T > 0.5)).all()
    np.testing.assert_allclose(y[0] + y[3], y[1] + y[2], atol=1e-9)


def test_the_trained_hidden_layer_makes_xor_linearly_separable():
    params = xor.train(xor.init_params(np.random.default_rng(0))).params

    side = xor.hidden_units(params, xor.X) @ params["W2"].T + params["b2"] > 0.5

    assert (side == (xor.T > 0.5)).all()


@pytest.mark.parametrize("seed", range(5))
def test_an_exact_hyperplane_separates_the_trained_hidden_representation(seed):
    params = xor.train(xor.init_params(np.random.default_rng(seed))).params
    hidden, labels = xor.hidden_units(params, xor.X), xor.T[:, 0]

    certificate = separation.separate(hidden, labels)

    assert isinstance(certificate, separation.Hyperplane)
    assert separation.verify_hyperplane(hidden, labels, certificate.w, certificate.b)
