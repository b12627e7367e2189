import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given
from hypothesis import strategies as st

from reference import losses, vector
from reference.activations import LINEAR, LOGISTIC, SOFT_RELU, TANH

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
SIZES = st.integers(1, 5)
SEEDS = st.integers(0, 2**32)


def softmax(z):
    e = anp.exp(z - anp.max(z, axis=-1, keepdims=True))
    return e / anp.sum(e, axis=-1, keepdims=True)


def normal(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@st.composite
def broadcast_shapes(draw):
    """A shape, and one that broadcasts to it."""
    wide = tuple(draw(st.lists(st.integers(1, 4), max_size=4)))
    narrow = wide[draw(st.integers(0, len(wide))) :]
    return tuple(1 if draw(st.booleans()) else n for n in narrow), wide


@given(seed=SEEDS, m=SIZES, n=SIZES, rows=st.lists(SIZES, max_size=2))
def test_property_matvec_agrees_with_autograd_for_columns_and_batches(seed, m, n, rows):
    w, x, z_bar = normal(seed, (m, n), (*rows, n), (*rows, m))

    def product(w, x):
        return anp.dot(x, w.T)

    w_bar, x_bar = vector.matvec_vjp(w, x, z_bar)
    np.testing.assert_allclose(vector.matvec(w, x), product(w, x), **CLOSE)
    np.testing.assert_allclose(w_bar, make_vjp(product, 0)(w, x)[0](z_bar), **CLOSE)
    np.testing.assert_allclose(x_bar, make_vjp(product, 1)(w, x)[0](z_bar), **CLOSE)


@pytest.mark.parametrize(
    ("activation", "function"),
    [
        (LINEAR, lambda z: z),
        (LOGISTIC, lambda z: 0.5 * (anp.tanh(z / 2) + 1)),
        (TANH, anp.tanh),
        (SOFT_RELU, lambda z: anp.log(1 + anp.exp(z))),
    ],
)
@given(seed=SEEDS, shape=st.lists(SIZES, max_size=3))
def test_property_elementwise_functions_agree_with_autograd(activation, function, seed, shape):
    z, y_bar = (np.asarray(a) for a in normal(seed, shape, shape))

    np.testing.assert_allclose(
        vector.elementwise_vjp(activation.slope, z, y_bar), make_vjp(function)(z)[0](y_bar), **CLOSE
    )


def test_the_lectures_exponential_multiplies_the_signal_by_itself():
    z, y_bar = np.array([0.0, 1.0]), np.array([2.0, -1.0])

    np.testing.assert_allclose(vector.elementwise_vjp(np.exp, z, y_bar), [2.0, -np.e], rtol=1e-15)


@given(seed=SEEDS, shape=st.lists(SIZES, min_size=1, max_size=3))
def test_property_softmax_and_its_logarithm_agree_with_autograd(seed, shape):
    z, y_bar = normal(seed, shape, shape)
    y = losses.softmax(z)

    def log_softmax(z):
        return anp.log(softmax(z))

    np.testing.assert_allclose(vector.softmax_vjp(y, y_bar), make_vjp(softmax)(z)[0](y_bar), **CLOSE)
    np.testing.assert_allclose(vector.log_softmax_vjp(y, y_bar), make_vjp(log_softmax)(z)[0](y_bar), **CLOSE)


@given(seed=SEEDS, shape=st.lists(SIZES, max_size=3), data=st.data())
def test_property_sums_agree_with_autograd(seed, shape, data):
    axes = st.sampled_from([None, *range(-len(shape), len(shape))])
    axis = data.draw(axes)
    x, x_dot = normal(seed, shape, shape)
    y_bar = np.asarray(np.random.default_rng(seed + 1).normal(size=np.sum(x, axis=axis).shape))

    pulled = vector.sum_vjp(tuple(shape), axis, y_bar)

    assert pulled.shape == tuple(shape)
    np.testing.assert_allclose(np.vdot(pulled, x_dot), np.vdot(y_bar, np.sum(x_dot, axis=axis)), **CLOSE)
    if shape:
        want = make_vjp(lambda x: anp.sum(x, axis=axis))(x)[0](y_bar)
        np.testing.assert_allclose(pulled, want, **CLOSE)


@given(seed=SEEDS, shapes=broadcast_shapes())
def test_property_broadcasting_sums_the_signals_of_all_copies(seed, shapes):
    narrow, wide = shapes
    x, y_bar = (np.asarray(a) for a in normal(seed, narrow, wide))

    pulled = vector.broadcast_vjp(narrow, y_bar)

    want = autograd.grad(lambda x: anp.sum((x + np.zeros(wide)) * y_bar))(x)
    assert pulled.shape == narrow
    np.testing.assert_allclose(pulled, want, **CLOSE)


@given(seed=SEEDS, n=SIZES)
def test_property_softmax_vjp_is_the_transposed_jacobian_times_the_signal(seed, n):
    z, y_bar = normal(seed, n, n)
    y = losses.softmax(z)
    jacobian = np.diag(y) - np.outer(y, y)

    np.testing.assert_allclose(vector.softmax_vjp(y, y_bar), jacobian.T @ y_bar, **CLOSE)


def test_no_jacobian_of_thirty_gigabytes_is_built():
    n = 64_000
    y = losses.softmax(np.linspace(-1, 1, n))

    assert vector.softmax_vjp(y, np.ones(n)).shape == (n,)
    assert vector.elementwise_vjp(np.exp, np.zeros(n), np.ones(n)).shape == (n,)


def test_a_sum_over_several_axes_gives_its_signal_to_every_term():
    assert vector.sum_vjp((2, 3, 2), (0, 2), np.array([1.0, 2.0, 3.0])).tolist() == [
        [[1, 1], [2, 2], [3, 3]],
        [[1, 1], [2, 2], [3, 3]],
    ]


def test_only_the_repeated_axes_are_summed():
    assert vector.broadcast_vjp((2, 1, 2), np.ones((3, 2, 4, 2))).tolist() == [[[12.0, 12.0]]] * 2
