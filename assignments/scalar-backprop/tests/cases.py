"""Points to differentiate at, and the right values and error signals from the reference."""

import numpy as np

from reference import examples


def product_point(rng):
    """x, y, z."""
    return tuple(float(value) for value in rng.normal(size=3))


def product_answers(x, y, z):
    return examples.product_of_sum(x, y, z)._asdict()


def line_point(rng):
    """w, b, x, t with z of a moderate size and a target that y is far from."""
    w, x = (
        float(sign * size)
        for sign, size in zip(rng.choice([-1.0, 1.0], 2), rng.uniform(0.5, 2.0, 2), strict=True)
    )
    return w, float(rng.uniform(-0.5, 0.5)), x, float(rng.choice([-0.5, 1.5]))


def line_answers(w, b, x, t, lam=0.0):
    """Of both least squares: L, R, L_reg under the handout's names."""
    found = examples.logistic_least_squares(w, b, x, t, lam)._asdict()
    return {
        **found,
        "L": found["error"],
        "R": found["penalty"],
        "L_reg": found["loss"],
        "L_bar": 1.0,
        "R_bar": lam,
    }


def softmax_point(rng, k=3, d=4, spread=1.0):
    """W, b, x and a target t that sums to 1, none of its entries 0."""
    t = rng.uniform(0.2, 1.0, size=k)
    return spread * rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=d), t / t.sum()


def softmax_answers(W, b, x, t):
    found = examples.softmax_regression(W, b, x, t)
    return {
        "z": found.z,
        "y": found.y,
        "L": found.loss,
        "y_bar": found.y_bar,
        "z_bar": found.z_bar,
        "W_bar": found.w_bar,
        "b_bar": found.b_bar,
    }


def curve_point(rng):
    return (float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5)),)


def curve_answers(t):
    return examples.along_a_curve(t)._asdict()


def one_hot(k, chosen):
    return np.eye(k)[chosen]


def check(same, got, right, keys):
    """These entries of the dict that a function returned."""
    same(got, {key: right[key] for key in keys}, "the result")
