import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import examples

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
REAL = st.floats(-3, 3)


def test_the_product_of_a_sum_has_the_lectures_numbers():
    got = examples.product_of_sum(-1.0, 2.0, -3.0)

    assert (got.q, got.f) == (1, -3)
    assert (got.f_bar, got.q_bar, got.x_bar, got.y_bar, got.z_bar) == (1, -3, -3, -3, 1)


@given(x=REAL, y=REAL, z=REAL)
def test_property_the_product_of_a_sum_agrees_with_autograd(x, y, z):
    got = examples.product_of_sum(x, y, z)

    want = autograd.grad(lambda v: (v[0] + v[1]) * v[2])(np.array([x, y, z]))
    np.testing.assert_allclose([got.x_bar, got.y_bar, got.z_bar], want, **CLOSE)


@given(w=REAL, b=REAL, x=REAL, t=REAL, penalty=st.floats(0, 2))
def test_property_regularised_logistic_least_squares_agrees_with_autograd(w, b, x, t, penalty):
    got = examples.logistic_least_squares(w, b, x, t, penalty)

    def sigma(z):
        return 0.5 * (anp.tanh(z / 2) + 1)

    def loss(v):
        return 0.5 * (sigma(v[0] * x + v[1]) - t) ** 2 + penalty * 0.5 * v[0] ** 2

    np.testing.assert_allclose(got.loss, loss([w, b]), **CLOSE)
    np.testing.assert_allclose([got.w_bar, got.b_bar], autograd.grad(loss)(np.array([w, b])), **CLOSE)
    np.testing.assert_allclose(got.z_bar, autograd.grad(lambda z: 0.5 * (sigma(z) - t) ** 2)(got.z), **CLOSE)
    np.testing.assert_allclose(got.x_bar, got.z_bar * w, **CLOSE)
    assert got.y_bar == got.y - t
    assert got.penalty_bar == penalty


@given(seed=st.integers(0, 2**32), k=st.integers(1, 4), d=st.integers(1, 4))
def test_property_softmax_regression_agrees_with_autograd(seed, k, d):
    rng = np.random.default_rng(seed)
    w, b, x = rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=d)
    t = np.eye(k)[rng.integers(k)]

    got = examples.softmax_regression(w, b, x, t)

    def loss(z):
        return -anp.sum(t * (z - anp.log(anp.sum(anp.exp(z)))))

    np.testing.assert_allclose(got.loss, loss(w @ x + b), **CLOSE)
    np.testing.assert_allclose(got.w_bar, autograd.grad(lambda w: loss(anp.dot(w, x) + b))(w), **CLOSE)
    np.testing.assert_allclose(got.b_bar, autograd.grad(lambda b: loss(w @ x + b))(b), **CLOSE)
    np.testing.assert_allclose(got.x_bar, autograd.grad(lambda x: loss(anp.dot(w, x) + b))(x), **CLOSE)
    np.testing.assert_allclose(got.y_bar, -t / got.y, **CLOSE)
    np.testing.assert_allclose(got.z_bar, got.y - t, **CLOSE)


@given(t=st.floats(-1.5, 1.5))
def test_property_the_multivariate_chain_rule_agrees_with_autograd(t):
    got = examples.along_a_curve(t)

    def f(t):
        x, y = anp.cos(t), t**2
        return y + anp.exp(x * y)

    np.testing.assert_allclose(got.f, f(t), **CLOSE)
    np.testing.assert_allclose(got.t_bar, autograd.grad(f)(t), **CLOSE)
    x, y = np.cos(t), t**2
    printed = (y * np.exp(x * y)) * -np.sin(t) + (1 + x * np.exp(x * y)) * 2 * t
    np.testing.assert_allclose(got.t_bar, printed, **CLOSE)


@pytest.mark.parametrize("z", [-1e3, 1e3])
def test_a_saturated_logistic_unit_has_no_signal_and_no_overflow(z):
    got = examples.logistic_least_squares(1.0, z, 0.0, 0.5)

    assert got.z_bar == 0.0
    assert got.loss == 0.125


def test_softmax_regression_at_large_z_has_finite_signals_unless_the_right_class_has_probability_0():
    got = examples.softmax_regression([[1e3], [-1e3]], [0, 0], [1.0], [1.0, 0.0])
    wrong = examples.softmax_regression([[1e3], [-1e3]], [0, 0], [1.0], [0.0, 1.0])

    assert got.y_bar.tolist() == [-1.0, 0.0]
    assert (wrong.loss, wrong.z_bar.tolist(), wrong.y_bar.tolist()) == (2000.0, [1.0, -1.0], [0.0, -np.inf])
