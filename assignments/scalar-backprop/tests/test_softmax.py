import numpy as np
import pytest
from cases import (
    ask,
    curve_answers,
    curve_point,
    line_answers,
    line_point,
    one_hot,
    product_answers,
    product_point,
    softmax_answers,
    softmax_point,
)

from grader.kit import fail

ENDS = ("z_bar", "W_bar", "b_bar")


def softmax(student, rng, same, picture, *keys):
    point = softmax_point(rng)

    ask(student, rng, same, picture, "softmax_regression", point, softmax_answers(*point), keys)


def test_softmax_values(student, rng, same, picture):
    softmax(student, rng, same, picture, "z", "y", "L")


@pytest.mark.parametrize("key", ["y_bar", "z_bar"])
def test_softmax_intermediate(student, rng, same, picture, key):
    softmax(student, rng, same, picture, key)


@pytest.mark.parametrize("key", ["W_bar", "b_bar"])
def test_softmax_parameters(student, rng, same, picture, key):
    softmax(student, rng, same, picture, key)


@pytest.mark.parametrize("z", [-1000.0, 1000.0])
def test_large_z_logistic(student, same, z):
    point = (z, 0.0, 1.0, 0.25)
    right = line_answers(*point)

    got = student.least_squares(*point)

    same(got, {key: right[key] for key in ("y", "L", "y_bar", "z_bar", "w_bar")}, "the result", atol=1e-12)


FAR = {"up": [1e3, 1e3, 1e3], "down": [-1e3, -1e3, -1e3], "apart": [1e3, 0.0, -1e3]}


@pytest.mark.parametrize("where", FAR)
def test_large_z_softmax(student, rng, same, picture, where):
    W, b, x, t = softmax_point(rng)
    point = (W, b + np.array(FAR[where]), x, t)
    right = softmax_answers(*point)

    got = student.softmax_regression(*point)

    same(got, {key: right[key] for key in ("y", "L", *ENDS)}, "the result", atol=1e-12)


def test_inputs_unchanged(student, rng, same, picture):
    point = softmax_point(rng)
    result, after = student.softmax_regression.inplace(*point)

    if result is None:
        fail("softmax_regression returned None: there is nothing to check yet.")
    for name, before, now in zip(("W", "b", "x", "t"), point, after, strict=False):
        same(now, before, f"{name} after the call", rtol=0.0)


@pytest.mark.parametrize(("k", "d"), [(2, 6), (5, 3), (4, 1)])
def test_other_sizes(student, rng, same, picture, k, d):
    point = softmax_point(rng, k, d)

    ask(
        student,
        rng,
        same,
        picture,
        "softmax_regression",
        point,
        softmax_answers(*point),
        ("z", "y", "L", *ENDS),
    )


def test_one_hot_targets(student, rng, same, picture):
    W, b, x, _ = softmax_point(rng)
    point = (W, b, x, one_hot(3, int(rng.integers(3))))

    ask(
        student,
        rng,
        same,
        picture,
        "softmax_regression",
        point,
        softmax_answers(*point),
        ("L", "y_bar", *ENDS),
    )


LAST = {
    "product_of_sum": (product_point, product_answers, ("f", "x_bar", "y_bar", "z_bar")),
    "least_squares": (line_point, line_answers, ("L", "w_bar", "b_bar")),
    "regularised": (
        lambda rng: (*line_point(rng), float(rng.uniform(0.1, 2.0))),
        line_answers,
        ("L_reg", "w_bar", "b_bar"),
    ),
    "along_curve": (curve_point, curve_answers, ("f", "t_bar")),
}


@pytest.mark.parametrize("name", LAST)
def test_other_points(student, rng, same, picture, name):
    make, answers, keys = LAST[name]
    for _ in range(3):
        point = make(rng)
        ask(student, rng, same, picture, name, point, answers(*point), keys)
