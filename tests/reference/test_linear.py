import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import linear, separation, xor


def noisy_sine(rng, n):
    """n points of a sine wave with a little noise, as in the lecture."""
    x = np.linspace(0.0, 1.0, n) if n == 10 else rng.uniform(0.0, 1.0, n)
    return x, np.sin(2 * np.pi * x) + rng.normal(0.0, 0.3, n)


def test_a_classifier_returns_one_if_the_score_is_above_zero_and_zero_on_the_boundary():
    x = [[0, 0], [0, 1], [1, 0], [1, 1]]

    assert linear.score([1, 1], -1, x).tolist() == [-1, 0, 0, 1]
    assert linear.classify([1, 1], -1, x).tolist() == [0, 0, 0, 1]


@given(seed=st.integers(0, 2**32), n=st.integers(0, 5), d=st.integers(1, 5))
def test_property_the_weight_of_a_constant_one_is_the_bias(seed, n, d):
    rng = np.random.default_rng(seed)
    w, b, x = rng.normal(size=d), rng.normal(), rng.normal(size=(n, d))

    absorbed = linear.with_constant(x)

    assert absorbed.shape == (n, d + 1)
    np.testing.assert_allclose(absorbed @ [b, *w], linear.score(w, b, x), rtol=1e-12, atol=1e-14)


def test_the_feature_map_makes_xor_separable_and_without_it_it_is_not():
    labels = xor.T[:, 0]

    mapped = separation.separate(linear.xor_features(xor.X), labels)
    plain = separation.separate(xor.X, labels)

    assert isinstance(mapped, separation.Hyperplane)
    assert isinstance(plain, separation.CommonPoint)


def test_xor_features_are_x1_x2_and_their_product():
    assert linear.xor_features([[2, 3], [0, 5]]).tolist() == [[2, 3, 6], [0, 5, 0]]


def test_polynomial_features_are_the_powers_from_zero():
    assert linear.polynomial_features([2, -3], 3).tolist() == [[1, 2, 4, 8], [1, -3, 9, -27]]
    assert linear.polynomial_features([0.0], 2).tolist() == [[1, 0, 0]]


@given(
    seed=st.integers(0, 2**32), degree=st.integers(0, 9), far=st.floats(-50, 50), wide=st.floats(0.01, 1e3)
)
def test_property_a_polynomial_is_fitted_through_its_own_values(seed, degree, far, wide):
    rng = np.random.default_rng(seed)
    w, x = rng.normal(size=degree + 1), far + wide * np.linspace(0, 1, degree + 5)
    t = linear.predict_polynomial(w, x)

    y = linear.predict_polynomial(linear.fit_polynomial(x, t, degree), x)

    terms = np.abs(linear.polynomial_features(x, degree)) @ np.abs(w)
    assert np.max(np.abs(y - t)) <= 1e-8 * np.max(terms)


@given(seed=st.integers(0, 2**32), n=st.integers(4, 30), d=st.integers(1, 4))
def test_property_at_the_least_squares_solution_the_gradient_is_zero(seed, n, d):
    rng = np.random.default_rng(seed)
    features, t = rng.normal(size=(n, d)), rng.normal(size=n)

    w = linear.least_squares(features, t)

    slope = autograd.grad(lambda w: 0.5 * anp.sum((anp.dot(features, w) - t) ** 2))(w)
    assert np.max(np.abs(slope)) < 1e-10


def test_degree_nine_through_ten_points_is_exact_although_normal_equations_would_not_be():
    x = np.linspace(100.0, 101.0, 10) - 99.0
    t = np.sin(6.0 * x)
    features = linear.polynomial_features(x, 9)

    with_normal_equations = np.linalg.solve(features.T @ features, features.T @ t)

    assert np.max(np.abs(features @ linear.least_squares(features, t) - t)) < 1e-6
    assert np.max(np.abs(features @ with_normal_equations - t)) > 1e-4


def test_features_of_very_different_sizes_are_fitted_equally_well():
    x = np.linspace(0.0, 1e4, 12)

    w = linear.fit_polynomial(x, 3.0 - 2.0 * x + 1e-30 * x**9, 9)

    np.testing.assert_allclose(linear.predict_polynomial(w, x), 3.0 - 2.0 * x + 1e-30 * x**9, rtol=1e-9)


def test_the_validation_set_rejects_degrees_that_underfit_and_overfit():
    rngs = [np.random.default_rng(seed) for seed in range(100)]

    chosen = [linear.select_degree(noisy_sine(rng, 10), noisy_sine(rng, 100), (0, 1, 3, 9)) for rng in rngs]

    assert sum(selection.degree == 3 for selection in chosen) >= 90
    for selection in chosen:
        errors = [selection.training[degree] for degree in (0, 1, 3, 9)]
        assert errors == sorted(errors, reverse=True)
        assert selection.validation[selection.degree] == min(selection.validation.values())


def test_the_error_of_a_polynomial_is_half_the_average_square():
    assert linear.polynomial_error([1.0, 2.0], [0.0, 1.0], [0.0, 1.0]) == 0.5 * (1.0 + 4.0) / 2


def test_of_two_equally_good_degrees_the_lower_is_chosen():
    points = np.array([0.0, 1.0]), np.array([0.0, 0.0])

    assert linear.select_degree(points, points, (1, 0)).degree == 0


def test_it_refuses_an_empty_list_of_degrees():
    with pytest.raises(ValueError, match="no degree to choose from"):
        linear.select_degree(([0.0], [0.0]), ([0.0], [0.0]), ())
