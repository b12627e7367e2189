"""Hessian-vector products, forward over reverse, without building a Hessian."""

import numpy as np


def logistic(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def logistic_gradient(w, b, x, t):
    """(w_bar, b_bar) of the average over rows of 1/2 (y - t)^2, with y = sigma(x w + b)."""
    y = logistic(x @ w + b)
    z_bar = (y - t) * y * (1.0 - y) / len(x)
    return z_bar @ x, z_bar.sum()


def logistic_hvp(w, b, v_w, v_b, x, t):
    """H v as its parts for w and b: how the gradient changes along (v_w, v_b)."""
    y = logistic(x @ w + b)
    slope = y * (1.0 - y)
    z_dot = x @ v_w + v_b
    y_dot = slope * z_dot
    slope_dot = (1.0 - 2.0 * y) * y_dot
    z_bar_dot = (y_dot * slope + (y - t) * slope_dot) / len(x)
    return z_bar_dot @ x, z_bar_dot.sum()


def mlp_gradient(params, x, t):
    """The gradient of the average over rows of 1/2 sum (y - t)^2, a dict like params."""
    h = logistic(x @ params["W1"].T + params["b1"])
    y = h @ params["W2"].T + params["b2"]
    y_bar = (y - t) / len(x)
    z_bar = y_bar @ params["W2"] * h * (1.0 - h)
    return {"W1": z_bar.T @ x, "b1": z_bar.sum(axis=0), "W2": y_bar.T @ h, "b2": y_bar.sum(axis=0)}


def mlp_hvp(params, v, x, t):
    """H v, a dict like params: how each part of the gradient changes along v."""
    W2, V2 = params["W2"], v["W2"]
    h = logistic(x @ params["W1"].T + params["b1"])
    slope = h * (1.0 - h)
    y_bar = (h @ W2.T + params["b2"] - t) / len(x)
    h_bar = y_bar @ W2

    z_dot = x @ v["W1"].T + v["b1"]
    h_dot = slope * z_dot
    slope_dot = (1.0 - 2.0 * h) * h_dot
    y_dot = h_dot @ W2.T + h @ V2.T + v["b2"]

    y_bar_dot = y_dot / len(x)
    h_bar_dot = y_bar_dot @ W2 + y_bar @ V2
    z_bar_dot = h_bar_dot * slope + h_bar * slope_dot
    return {
        "W1": z_bar_dot.T @ x,
        "b1": z_bar_dot.sum(axis=0),
        "W2": y_bar_dot.T @ h + y_bar.T @ h_dot,
        "b2": y_bar_dot.sum(axis=0),
    }
