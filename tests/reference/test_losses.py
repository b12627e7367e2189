import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import losses


@st.composite
def batches(draw):
    """(y or z, t), both (n, k), of moderate size."""
    n, k = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.normal(size=(n, k)) * 3, rng.normal(size=(n, k))


def complex_step(f, x):
    """The derivative of each row of f, with respect to each entry of that row of x."""
    slope = np.empty_like(x)
    for row, column in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[row, column] += 1e-30j
        slope[row, column] = f(moved)[row].imag / 1e-30
    return slope


@given(case=batches())
def test_property_squared_error_signal_agrees_with_the_complex_step(case):
    y, t = case

    np.testing.assert_allclose(
        losses.squared_error_signal(y, t), complex_step(lambda v: losses.squared_error(v, t), y), rtol=1e-12
    )


@given(case=batches())
def test_property_softmax_signal_agrees_with_the_complex_step_for_any_targets(case):
    z, t = case

    slope = complex_step(lambda v: losses.softmax_cross_entropy(v, t), z)

    np.testing.assert_allclose(losses.softmax_cross_entropy_signal(z, t), slope, rtol=1e-10, atol=1e-12)


@given(case=batches())
def test_property_softmax_signal_is_y_minus_t_for_targets_that_sum_to_one(case):
    z, t = case
    t = losses.softmax(t)

    np.testing.assert_allclose(
        losses.softmax_cross_entropy_signal(z, t), losses.softmax(z) - t, rtol=1e-9, atol=1e-14
    )


@given(case=batches(), shift=st.floats(-1e3, 1e3))
def test_property_softmax_does_not_change_if_a_constant_is_added_to_all_z(case, shift):
    z, _ = case

    np.testing.assert_allclose(losses.softmax(z + shift), losses.softmax(z), rtol=1e-9)
    np.testing.assert_allclose(losses.softmax(z).sum(axis=1), 1, rtol=1e-14)


def test_softmax_cross_entropy_is_finite_at_large_z():
    z = np.array([[1e3, -1e3, 0.0]])

    with np.errstate(all="raise", under="ignore"):
        assert losses.softmax_cross_entropy(z, [[0, 1, 0]]) == 2000.0
        assert losses.softmax_cross_entropy(z, [[1, 0, 0]]) == 0.0


def test_squared_error_has_the_half_and_one_value_for_each_row():
    assert losses.squared_error([[3.0, 1.0], [0.0, 2.0]], [[1.0, 1.0], [0.0, 1.0]]).tolist() == [2.0, 0.5]


def test_penalty_is_half_the_sum_of_squares_and_its_signal_is_w():
    w = np.array([[3.0, 4.0]])

    assert losses.l2_penalty(w) == 12.5
    np.testing.assert_array_equal(losses.l2_penalty_signal(w), w)
    assert losses.l2_penalty_signal(w) is not w


@pytest.mark.parametrize("n", [1, 4])
def test_mean_signal_divides_by_the_rows(n):
    assert losses.mean_signal(np.ones((n, 3))).tolist() == np.full((n, 3), 1 / n).tolist()
