"""Gradient descent on XOR, on translated patterns and on digits, with one hidden layer of logistic units."""

import numpy as np

HIDDEN = 8


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def drawn(rng, inputs, units, outputs, spread):
    """Weights drawn from rng, so that no two hidden units start equal."""
    return {
        "W1": rng.normal(0.0, spread, (units, inputs)),
        "b1": rng.normal(0.0, 1.0, units),
        "W2": rng.normal(0.0, 1.0, (outputs, units)),
        "b2": np.zeros(outputs),
    }


def init_params(rng):
    """Params of a 2-8-1 net for XOR."""
    return drawn(rng, 2, HIDDEN, 1, 2.0)


def hidden(params, x):
    """h (n, m)."""
    return sigma(x @ params["W1"].T + params["b1"])


def predict(params, x):
    """y (n, k)."""
    return hidden(params, x) @ params["W2"].T + params["b2"]


def squared_error(y, t):
    """The average over the rows, and its error signal."""
    return 0.5 * np.sum((y - t) ** 2) / len(y), (y - t) / len(y)


def cross_entropy(y, t):
    """The same for the cross-entropy of softmax(y) with t."""
    y = y - y.max(axis=1, keepdims=True)
    e = np.exp(y)
    total = e.sum(axis=1, keepdims=True)
    return np.sum(t * (np.log(total) - y)) / len(y), (e / total - t) / len(y)


def gradients(params, x, t, cost):
    """The cost, and its gradient by each parameter."""
    h = hidden(params, x)
    value, y_bar = cost(h @ params["W2"].T + params["b2"], t)
    z_bar = (y_bar @ params["W2"]) * h * (1.0 - h)
    return value, {"W1": z_bar.T @ x, "b1": z_bar.sum(axis=0), "W2": y_bar.T @ h, "b2": y_bar.sum(axis=0)}


def step(params, grads, learning_rate):
    """Move params downhill, in place."""
    for name in params:
        params[name] -= learning_rate * grads[name]


def train(params, x, t, steps=500, learning_rate=0.5):
    """(params after the last step, the loss before each step and after the last)."""
    params = {name: value.copy() for name, value in params.items()}
    losses = []
    for _ in range(steps):
        now, grads = gradients(params, x, t, squared_error)
        losses.append(now)
        step(params, grads, learning_rate)
    losses.append(squared_error(predict(params, x), t)[0])
    return params, np.array(losses)


def learn_patterns(rng, x, t):
    """Draw a start and train: the result of train."""
    return train(drawn(rng, x.shape[1], 32, 1, 1.5), x, t, steps=800, learning_rate=0.2)


def learn_digits(rng, x, t, x_val, t_val):
    """(params with the smallest validation loss, training curve, validation curve)."""
    params = drawn(rng, x.shape[1], 20, t.shape[1], 0.2)
    curve, curve_val, best = [], [], params
    for _ in range(120):
        now, grads = gradients(params, x, t, cross_entropy)
        curve.append(now)
        curve_val.append(cross_entropy(predict(params, x_val), t_val)[0])
        if curve_val[-1] <= min(curve_val):
            best = {name: value.copy() for name, value in params.items()}
        step(params, grads, 2.0)
    return best, np.array(curve), np.array(curve_val)
