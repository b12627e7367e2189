"""Depth two is written into the way back: deeper layers get no gradient."""

import numpy as np


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def run(params, x):
    """The values of every layer: x first, the outputs last."""
    values, depth = [x], len(params) // 2
    for layer in range(1, depth + 1):
        z = values[-1] @ params[f"W{layer}"].T + params[f"b{layer}"]
        values.append(sigma(z) if layer < depth else z)
    return values


def walk_back(params, values, y_bar):
    """The gradients, from the error signal of the outputs."""
    gradients, z_bar = {}, y_bar
    for layer in (2, 1):
        h = values[layer - 1]
        gradients[f"W{layer}"] = z_bar.T @ h
        gradients[f"b{layer}"] = z_bar.sum(axis=0)
        h_bar = z_bar @ params[f"W{layer}"]
        z_bar = h_bar * h * (1.0 - h)
    return gradients


def forward(params, x):
    """y (n, k) for the rows of x (n, d)."""
    return run(params, x)[-1]


def loss(params, x, t):
    """The average over the rows of 1/2 sum_k (y_k - t_k)^2."""
    y = forward(params, x)
    return 0.5 * np.sum((y - t) ** 2) / len(x)


def backward(params, x, t):
    """The gradient of the loss with respect to each parameter."""
    values = run(params, x)
    y_bar = (values[-1] - t) / len(x)
    return walk_back(params, values, y_bar)


def softmax_loss(params, x, t):
    """The average over the rows of -sum_k t_k log softmax(y)_k."""
    y = forward(params, x)
    y = y - y.max(axis=1, keepdims=True)
    log_p = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    return -np.sum(t * log_p) / len(x)


def softmax_backward(params, x, t):
    """The gradient of the softmax loss with respect to each parameter."""
    values = run(params, x)
    y_bar = (softmax(values[-1]) - t) / len(x)
    return walk_back(params, values, y_bar)
