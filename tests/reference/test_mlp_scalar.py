import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import mlp, mlp_scalar
from reference.activations import LINEAR, LOGISTIC, SOFT_RELU, TANH

SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=5)
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


@given(
    seed=st.integers(0, 2**32),
    sizes=SIZES,
    hidden=st.sampled_from([LINEAR, LOGISTIC, SOFT_RELU, TANH]),
    l_bar=st.floats(-3, 3),
)
def test_property_index_by_index_and_vector_form_agree_in_every_node_and_signal(seed, sizes, hidden, l_bar):
    rng = np.random.default_rng(seed)
    params, x, t = mlp.init_params(rng, sizes), rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])

    passed = mlp_scalar.forward(params, x, hidden)
    signals = mlp_scalar.backward(params, passed, t, hidden, l_bar)

    want = mlp.forward(params, x[None], hidden)
    want_signals = mlp.backward(params, want, l_bar * (want.y - t), hidden)
    for got, right in zip((*passed.z, *passed.h), (*want.z, *want.h), strict=True):
        np.testing.assert_allclose(got, right[0], **CLOSE)
    for got, right in zip((*signals.z, *signals.h), (*want_signals.z, *want_signals.h), strict=True):
        np.testing.assert_allclose(got, right[0], **CLOSE)
    for name, got in signals.parameters.items():
        np.testing.assert_allclose(got, want_signals.parameters[name], **CLOSE)
        assert got.shape == params[name].shape


@given(seed=st.integers(0, 2**32), sizes=SIZES)
def test_property_the_loss_is_half_the_sum_of_squares(seed, sizes):
    rng = np.random.default_rng(seed)
    params, x, t = mlp.init_params(rng, sizes), rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])

    np.testing.assert_allclose(
        mlp_scalar.loss(mlp_scalar.forward(params, x), t), mlp.cost(params, x[None], t[None]), **CLOSE
    )


def test_it_refuses_a_batch():
    params = mlp.init_params(np.random.default_rng(0), (2, 3, 1))

    with pytest.raises(ValueError, match="one example"):
        mlp_scalar.forward(params, np.zeros((1, 2)))
