import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import patterns, separation, xor
from reference.separation import CommonPoint, Hyperplane

CORNERS = xor.X


@st.composite
def labelled(draw):
    """Points of small integers or floats, some of them the same, each in one of two classes."""
    n, d = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    wide = draw(st.integers(1, 4))
    x = rng.integers(-wide, wide, (n, d)) if draw(st.booleans()) else rng.normal(size=(n, d)) * 10.0**wide
    return x, rng.integers(0, 2, n)


def is_right(certificate, x, labels):
    if isinstance(certificate, Hyperplane):
        return separation.verify_hyperplane(x, labels, certificate.w, certificate.b)
    return separation.verify_common_point(x, labels, certificate.positive, certificate.negative)


@given(case=labelled())
def test_property_every_set_gets_a_certificate_that_is_exactly_right(case):
    x, labels = case

    assert is_right(separation.separate(x, labels), x, labels)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), d=st.integers(1, 6))
def test_property_a_set_divided_by_a_hyperplane_is_found_separable(seed, n, d):
    rng = np.random.default_rng(seed)
    x, w = rng.integers(-20, 20, (n, d)), rng.integers(-9, 9, d)
    labels = (2 * (x @ w) > 1).astype(int)

    certificate = separation.separate(x, labels)

    assert isinstance(certificate, Hyperplane)
    assert is_right(certificate, x, labels)


@given(seed=st.integers(0, 2**32), d=st.integers(1, 5))
def test_property_two_classes_around_one_point_are_found_inseparable(seed, d):
    rng = np.random.default_rng(seed)
    half = rng.integers(-9, 9, (2, d))
    x, labels = np.vstack([half, -half]), [1, 0, 1, 0]

    certificate = separation.separate(x, labels)

    assert isinstance(certificate, CommonPoint)
    assert certificate.point(x, labels) == separation.convex_combination(
        x[1::2].tolist(), certificate.negative
    )


def test_the_common_point_of_xor_is_the_lectures_midpoint():
    certificate = separation.separate(CORNERS, [0, 1, 1, 0])

    assert certificate == CommonPoint((Fraction(1, 2),) * 2, (Fraction(1, 2),) * 2)
    assert certificate.point(CORNERS, [0, 1, 1, 0]) == (Fraction(1, 2), Fraction(1, 2))


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
def test_and_or_nand_and_constants_are_separable(labels):
    assert isinstance(separation.separate(CORNERS, labels), Hyperplane)


def test_the_two_patterns_under_translation_share_their_average():
    x, labels = patterns.dataset()

    certificate = separation.separate(x, labels)

    assert isinstance(certificate, CommonPoint)
    assert is_right(certificate, x, labels)
    assert separation.verify_common_point(x, labels, [1 / 16] * 16, [1 / 16] * 16)
    assert separation.convex_combination(x[:16].tolist(), [1 / 16] * 16) == (Fraction(1, 4),) * 16


def test_a_point_in_both_classes_is_the_common_point():
    certificate = separation.separate([[3, 4], [3, 4]], [1, 0])

    assert certificate == CommonPoint((Fraction(1),), (Fraction(1),))


def test_a_margin_far_below_rounding_is_still_found():
    gap = np.nextafter(1.0, 2.0)

    assert isinstance(separation.separate([[1.0], [gap]], [0, 1]), Hyperplane)
    assert isinstance(separation.separate([[1.0], [gap], [2.0]], [0, 1, 0]), CommonPoint)


def test_a_hyperplane_may_go_through_a_negative_point_but_not_through_a_positive_one():
    assert separation.verify_hyperplane([[0], [1]], [0, 1], [1], 0)
    assert not separation.verify_hyperplane([[0], [1]], [1, 1], [1], 0)
    assert not separation.verify_hyperplane([[0], [1]], [0, 1], [-1], 0)


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ((0.5, 0.25), (0.5, 0.25)),
        ((1.5, -0.5), (0.5, 0.5)),
        ((1, 0), (0, 1)),
        ((0.5, 0.5), (0.5,)),
        ((0.5, float("nan")), (0.5, 0.5)),
        ((0.5, 0.5), (0.5, float("inf"))),
    ],
)
def test_it_refuses_weights_that_are_not_convex_or_give_two_points(positive, negative):
    assert separation.verify_common_point(CORNERS, [0, 1, 1, 0], (0.5, 0.5), (0.5, 0.5))
    assert not separation.verify_common_point(CORNERS, [0, 1, 1, 0], positive, negative)


@pytest.mark.parametrize(
    ("w", "b"),
    [
        ([1], 0),
        ([1, 2, 3], 0),
        ([1, float("nan")], 0),
        ([1, 1], float("inf")),
        ([[1], [1]], 0),
        ([1, None], 0),
    ],
)
def test_it_refuses_a_hyperplane_of_another_dimension_or_not_finite(w, b):
    assert not separation.verify_hyperplane(CORNERS, [0, 0, 0, 1], w, b)


def test_integers_of_numpy_keep_all_their_digits():
    big = np.array([2**62 + 1])

    assert separation.rational(big) == (Fraction(2**62 + 1),)
    assert separation.verify_hyperplane(
        np.array([[2**62], [2**62 + 1]]), [0, 1], [np.int64(1)], np.int64(-(2**62))
    )


def test_it_refuses_rounded_weights_but_accepts_the_exact_fractions():
    x, labels = [[0], [3], [1]], [1, 1, 0]
    written = [2 / 3, 1 / 3]

    assert not separation.verify_common_point(x, labels, written, [1])
    meant = separation.rational(written, largest_denominator=1000)
    assert separation.verify_common_point(x, labels, meant, [1])


def test_convex_combinations_of_the_corners_fill_the_square():
    assert separation.convex_combination([[0, 0], [2, 0], [0, 4]], [Fraction(1, 2), 0.25, 0.25]) == (
        Fraction(1, 2),
        Fraction(1),
    )


@pytest.mark.parametrize(
    ("x", "labels", "words"),
    [
        ([[0, 1]], [2], "labels must be 0 or 1"),
        ([[0, 1]], [0, 1], "1 points but 2 labels"),
        ([[0, float("nan")]], [0], "finite"),
        ([0, 1], [0, 1], "shape"),
    ],
)
def test_it_refuses_points_or_labels_of_the_wrong_form(x, labels, words):
    with pytest.raises(ValueError, match=words):
        separation.separate(x, labels)


def test_two_hundred_points_in_sixteen_dimensions_take_seconds_at_most():
    rng = np.random.default_rng(0)
    x, labels = rng.integers(-3, 4, (200, 16)), rng.integers(0, 2, 200)
    start = time.process_time()

    certificate = separation.separate(x, labels)

    assert is_right(certificate, x, labels)
    assert time.process_time() - start < 20.0
