"""A multilayer perceptron with logistic hidden units and linear outputs, of any depth.

params is a dict: "W1", "b1", "W2", "b2" and so on, a W and a b for each layer; W has shape
(units, inputs). Most tests use two layers: "W1" (5, 4), "b1" (5,), "W2" (3, 5), "b2" (3,).
A batch is an array whose rows are examples: x (n, 4), targets t (n, 3). Take sizes and depth
from params.
"""

import numpy as np


def sigma(z):
    """The logistic function, entry by entry; z may be as large as 1000."""
    return None  # replace this line


def forward(params, x):
    """Return y (n, 3)."""
    return None  # replace this line


def loss(params, x, t):
    """Return the squared-error loss of the batch, one number."""
    return None  # replace this line


def backward(params, x, t):
    """Return the gradients of loss: a dict with the keys and shapes of params."""
    return None  # replace this line


def softmax_loss(params, x, t):
    """Return the cross-entropy of softmax(y) with t, one number for the batch."""
    return None  # replace this line


def softmax_backward(params, x, t):
    """Return the gradients of softmax_loss: a dict with the keys and shapes of params."""
    return None  # replace this line
