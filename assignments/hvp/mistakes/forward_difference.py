"""A difference of two gradients."""

import numpy as np

EPS = 1e-7


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
    length = np.sqrt(v_w @ v_w + v_b * v_b) + 1e-300
    eps = EPS / length
    ahead = logistic_gradient(w + eps * v_w, b + eps * v_b, x, t)
    return tuple((p - q) / eps for p, q in zip(ahead, logistic_gradient(w, b, x, t), strict=True))


def mlp_gradient(params, x, t):
    """The gradient of the average over rows of 1/2 sum (y - t)^2, a dict like params."""
    h = logistic(x @ params["W1"].T + params["b1"])
    y = h @ params["W2"].T + params["b2"]
    y_bar = (y - t) / len(x)
    z_bar = y_bar @ params["W2"] * h * (1.0 - h)
    return {"W1": z_bar.T @ x, "b1": z_bar.sum(axis=0), "W2": y_bar.T @ h, "b2": y_bar.sum(axis=0)}


def mlp_hvp(params, v, x, t):
    """H v, a dict like params: how each part of the gradient changes along v."""
    length = np.sqrt(sum(np.sum(part**2) for part in v.values())) + 1e-300
    eps = EPS / length
    ahead, here = mlp_gradient({key: params[key] + eps * v[key] for key in v}, x, t), mlp_gradient(params, x, t)
    return {key: (ahead[key] - here[key]) / eps for key in v}
