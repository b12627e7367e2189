"""The functions asked for, and those of the reference under the same names."""

import numpy as np

from reference import activations

VALUES = {
    "linear": activations.linear,
    "hard_threshold": activations.hard_threshold,
    "logistic": activations.logistic,
    "tanh": activations.tanh,
    "relu": activations.relu,
    "soft_relu": activations.soft_relu,
}
DERIVATIVES = {
    "linear_derivative": activations.linear_slope,
    "hard_threshold_derivative": activations.hard_threshold_slope,
    "logistic_derivative": activations.logistic_slope,
    "tanh_derivative": activations.tanh_slope,
    "relu_derivative": activations.relu_slope,
    "soft_relu_derivative": activations.soft_relu_slope,
}
ALL = {**VALUES, **DERIVATIVES}


def draw(rng, shape=(8,), spread=2.0):
    """z of this shape, with no entry at a kink."""
    z = rng.normal(0.0, spread, size=shape)
    return np.where(z == 0.0, 1.0, z)


def check(student, same, name, z, **tolerance):
    """One of the twelve functions against the reference at z."""
    same(getattr(student, name)(z), ALL[name](z), f"{name}(z)", **tolerance, trace=lambda: steps(name, z))


def steps(name, z):
    """For a derivative, the function itself, which it may be made from."""
    return {"h": VALUES[name.removesuffix("_derivative")](z)} if name in DERIVATIVES else {}
