"""What forward and backward passes cost, in add-multiplies; and a backward pass at that cost."""

from itertools import pairwise

import numpy as np


def count_forward(sizes, n):
    """One add-multiply for each weight and example."""
    return n * sum(inputs * units for inputs, units in pairwise(sizes))


def count_backward(sizes, n):
    """Two for each weight and example; one in the first layer, which needs no signal of x."""
    return 2 * count_forward(sizes, n) - n * sizes[0] * sizes[1]


def logistic(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def backward(params, x, t):
    """The gradient of the average over rows of 1/2 sum (y - t)^2, for a net of any depth."""
    depth = len(params) // 2
    h = [x]
    for layer in range(1, depth + 1):
        z = h[-1] @ params[f"W{layer}"].T + params[f"b{layer}"]
        h.append(logistic(z) if layer < depth else z)
    bar = (h[-1] - t) / len(x)
    gradient = {}
    for layer in range(depth, 0, -1):
        gradient[f"W{layer}"] = bar.T @ h[layer - 1]
        gradient[f"b{layer}"] = bar.sum(axis=0)
        if layer > 1:
            bar = bar @ params[f"W{layer}"] * h[layer - 1] * (1.0 - h[layer - 1])
    return gradient
