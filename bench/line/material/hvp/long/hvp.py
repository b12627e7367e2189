"""Hessian-vector products. A name with _dot is the slope along v of the name without it.

In the network I work with columns: every example is a column, so x and t are transposed first.
"""

import numpy as np


def sigma(z):
    minus_abs = -np.abs(z)
    e = np.exp(minus_abs)
    value_left = e / (1.0 + e)
    value_right = 1.0 / (1.0 + e)
    return np.where(z < 0, value_left, value_right)


# sigma'(z), computed from y = sigma(z)
def sigma_prime(y):
    return y * (1.0 - y)


# sigma''(z), computed from y = sigma(z)
def sigma_second(y):
    first = sigma_prime(y)
    factor = 1.0 - 2.0 * y
    return first * factor


# ----- logistic model -----


def logistic_gradient(w, b, x, t):
    n = len(t)
    z = np.dot(x, w) + b
    y = sigma(z)
    y_bar = y - t
    z_bar = y_bar * sigma_prime(y)
    # average over the rows
    w_bar = np.dot(x.T, z_bar) / n
    b_bar = np.sum(z_bar) / n
    return w_bar, b_bar


def logistic_hvp(w, b, v_w, v_b, x, t):
    n = len(t)
    # the lines of the gradient
    z = np.dot(x, w) + b
    y = sigma(z)
    y_bar = y - t
    # their slopes
    z_dot = np.dot(x, v_w) + v_b
    y_dot = sigma_prime(y) * z_dot
    y_bar_dot = y_dot
    first_part = y_bar_dot * sigma_prime(y)
    second_part = y_bar * sigma_second(y) * z_dot
    z_bar_dot = first_part + second_part
    # average over the rows
    w_bar_dot = np.dot(x.T, z_bar_dot) / n
    b_bar_dot = np.sum(z_bar_dot) / n
    return w_bar_dot, b_bar_dot


# ----- network -----


def as_column(b):
    return b.reshape(-1, 1)


def network_forward(params, x_columns):
    z = np.dot(params["W1"], x_columns) + as_column(params["b1"])
    h = sigma(z)
    y = np.dot(params["W2"], h) + as_column(params["b2"])
    return h, y


def network_signals(params, h, y, t_columns):
    n = t_columns.shape[1]
    y_bar = (y - t_columns) / n
    h_bar = np.dot(params["W2"].T, y_bar)
    z_bar = h_bar * sigma_prime(h)
    return y_bar, h_bar, z_bar


def mlp_gradient(params, x, t):
    x_columns = x.T
    t_columns = t.T
    h, y = network_forward(params, x_columns)
    y_bar, h_bar, z_bar = network_signals(params, h, y, t_columns)
    gradient = {}
    gradient["W2"] = np.dot(y_bar, h.T)
    gradient["b2"] = np.sum(y_bar, axis=1)
    gradient["W1"] = np.dot(z_bar, x_columns.T)
    gradient["b1"] = np.sum(z_bar, axis=1)
    return gradient


def mlp_hvp(params, v, x, t):
    n = x.shape[0]
    x_columns = x.T
    t_columns = t.T
    W2 = params["W2"]
    V1 = v["W1"]
    V2 = v["W2"]
    v_b1 = as_column(v["b1"])
    v_b2 = as_column(v["b2"])

    # all lines of the gradient
    h, y = network_forward(params, x_columns)
    y_bar, h_bar, z_bar = network_signals(params, h, y, t_columns)

    # slopes of the forward pass
    z_dot = np.dot(V1, x_columns) + v_b1
    h_dot = sigma_prime(h) * z_dot
    y_dot_from_h = np.dot(W2, h_dot)
    y_dot_from_W = np.dot(V2, h)
    y_dot = y_dot_from_h + y_dot_from_W + v_b2

    # slopes of the backward pass
    y_bar_dot = y_dot / n
    h_bar_dot_from_y = np.dot(W2.T, y_bar_dot)
    h_bar_dot_from_W = np.dot(V2.T, y_bar)
    h_bar_dot = h_bar_dot_from_y + h_bar_dot_from_W
    z_bar_dot_first = h_bar_dot * sigma_prime(h)
    z_bar_dot_second = h_bar * sigma_second(h) * z_dot
    z_bar_dot = z_bar_dot_first + z_bar_dot_second

    # slopes of the gradient
    W2_first = np.dot(y_bar_dot, h.T)
    W2_second = np.dot(y_bar, h_dot.T)
    product = {}
    product["W2"] = W2_first + W2_second
    product["b2"] = np.sum(y_bar_dot, axis=1)
    product["W1"] = np.dot(z_bar_dot, x_columns.T)
    product["b1"] = np.sum(z_bar_dot, axis=1)
    return product
