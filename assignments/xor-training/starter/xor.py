"""Gradient descent with one hidden layer of logistic units and linear outputs.

params is a dict: "W1" (m, d), "b1" (m,), "W2" (k, m), "b2" (k,). A batch is an array whose
rows are examples: x (n, d), targets t (n, k). For XOR d = 2 and k = 1.
"""

import numpy as np


def init_params(rng):
    """Return params to start XOR from, drawn from rng, a numpy.random.Generator."""
    return None  # replace this line


def hidden(params, x):
    """Return h (n, m)."""
    return None  # replace this line


def predict(params, x):
    """Return y (n, k)."""
    return None  # replace this line


def step(params, grads, learning_rate):
    """One step: change the arrays of params in place, or return new params."""
    return None  # replace this line


def train(params, x, t, steps=100, learning_rate=0.1):
    """Return (params after the last step, losses), losses of shape (steps + 1,).

    The two defaults are yours to choose: the tests that learn XOR use them.
    """
    return None  # replace this line


def learn_patterns(rng, x, t):
    """Draw a start from rng, train on x (32, 16) and t (32, 1), and return the result of train."""
    return None  # replace this line


def learn_digits(rng, x, t, x_val, t_val):
    """Learn x (n, 64), t (n, 10), with a validation set. Return (params, losses, losses_val)."""
    return None  # replace this line
