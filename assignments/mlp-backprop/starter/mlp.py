"""A multilayer perceptron with one hidden layer of logistic units.

params is a dict: "W1" (5, 4), "b1" (5,), "W2" (3, 5), "b2" (3,). A batch is an array whose
rows are examples: x (n, 4), targets t (n, 3). Sizes may differ; take them from the arrays.
"""

import numpy as np


def sigma(z):
    """The logistic function, entry by entry; z may be as large as 1000."""
    return None  # replace this line


def forward(params, x):
    """Return y (n, 3)."""
    return None  # replace this line


def loss(params, x, t):
    """Return the loss of the batch, one number."""
    return None  # replace this line


def backward(params, x, t):
    """Return the gradients: a dict with the keys and shapes of params."""
    return None  # replace this line
