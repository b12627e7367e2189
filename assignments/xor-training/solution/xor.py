"""Gradient descent on XOR with a 2-8-1 net of logistic hidden units and one linear output."""

import numpy as np

HIDDEN = 8


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def init_params(rng):
    """Weights drawn from rng, so that no two hidden units start alike."""
    return {
        "W1": rng.normal(0.0, 2.0, (HIDDEN, 2)),
        "b1": rng.normal(0.0, 1.0, HIDDEN),
        "W2": rng.normal(0.0, 1.0, (1, HIDDEN)),
        "b2": np.zeros(1),
    }


def predict(params, x):
    """y (n, 1)."""
    h = sigma(x @ params["W1"].T + params["b1"])
    return h @ params["W2"].T + params["b2"]


def loss(params, x, t):
    return 0.5 * np.sum((predict(params, x) - t) ** 2) / len(x)


def gradients(params, x, t):
    """The loss, and its gradient by each parameter."""
    h = sigma(x @ params["W1"].T + params["b1"])
    off = h @ params["W2"].T + params["b2"] - t
    y_bar = off / len(x)
    z_bar = (y_bar @ params["W2"]) * h * (1.0 - h)
    grads = {"W1": z_bar.T @ x, "b1": z_bar.sum(axis=0), "W2": y_bar.T @ h, "b2": y_bar.sum(axis=0)}
    return 0.5 * np.sum(off**2) / len(x), grads


def train(params, x, t, steps=500, learning_rate=0.5):
    """(params after the last step, the loss before each step and after the last)."""
    params = dict(params)
    losses = []
    for _ in range(steps):
        now, grads = gradients(params, x, t)
        losses.append(now)
        params = {name: params[name] - learning_rate * grads[name] for name in params}
    losses.append(loss(params, x, t))
    return params, np.array(losses)
