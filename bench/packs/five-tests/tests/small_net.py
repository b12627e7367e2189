"""The network of the five tests, written for one example at a time."""

import numpy as np

from reference import activations

KEYS = ("W1", "b1", "W2", "b2")
XOR = (((0.0, 0.0), 0.0), ((0.0, 1.0), 1.0), ((1.0, 0.0), 1.0), ((1.0, 1.0), 0.0))


def draw(seed, d=4, h=5, k=3):
    """params, x (d,) and t (k,) of one seed."""
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(h, d)),
        "b1": rng.normal(size=h),
        "W2": rng.normal(size=(k, h)),
        "b2": rng.normal(size=k),
    }
    return params, rng.normal(size=d), rng.normal(size=k)


def forward(params, x):
    return params["W2"] @ activations.logistic(params["W1"] @ x + params["b1"]) + params["b2"]


def backward(params, x, t):
    h = activations.logistic(params["W1"] @ x + params["b1"])
    dy = params["W2"] @ h + params["b2"] - t
    dz = (params["W2"].T @ dy) * h * (1.0 - h)
    return {"W1": np.outer(dz, x), "b1": dz, "W2": np.outer(dy, h), "b2": dy}
