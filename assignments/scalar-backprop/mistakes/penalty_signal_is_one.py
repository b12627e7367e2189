"""R's error signal is taken for 1, though lambda stands between it and the end."""

import math

import numpy as np


def sigma(z):
    e = math.exp(-abs(z))
    return (1.0 if z >= 0 else e) / (1.0 + e)


def product_of_sum(x, y, z):
    """f = (x + y) z."""
    q = x + y
    q_bar = z
    return {"q": q, "f": q * z, "z_bar": q, "q_bar": q_bar, "x_bar": q_bar, "y_bar": q_bar}


def least_squares(w, b, x, t):
    """L = 1/2 (sigma(w x + b) - t)^2."""
    z = w * x + b
    y = sigma(z)
    y_bar = y - t
    z_bar = y_bar * y * (1.0 - y)
    return {
        "z": z,
        "y": y,
        "L": 0.5 * (y - t) ** 2,
        "y_bar": y_bar,
        "z_bar": z_bar,
        "w_bar": z_bar * x,
        "b_bar": z_bar,
    }


def regularised(w, b, x, t, lam):
    """L_reg = L + lambda/2 w^2."""
    found = least_squares(w, b, x, t)
    found["R"] = 0.5 * w**2
    found["L_reg"] = found["L"] + lam * found["R"]
    found["L_bar"] = 1.0
    found["R_bar"] = 1.0
    found["w_bar"] = found["w_bar"] + lam * w
    return found


def softmax_regression(W, b, x, t):
    """L = -sum_k t_k log y_k with y the softmax of W x + b."""
    z = W @ x + b
    shifted = z - z.max()
    e = np.exp(shifted)
    y = e / e.sum()
    log_y = shifted - np.log(e.sum())
    z_bar = y - t
    with np.errstate(divide="ignore", invalid="ignore"):
        y_bar = np.where(t == 0, 0.0, -t / y)
    return {
        "z": z,
        "y": y,
        "L": -np.sum(t * log_y),
        "y_bar": y_bar,
        "z_bar": z_bar,
        "W_bar": np.outer(z_bar, x),
        "b_bar": z_bar,
    }


def along_curve(t):
    """f = y + e^{xy} along x = cos t, y = t^2."""
    x, y = math.cos(t), t**2
    e = math.exp(x * y)
    x_bar = y * e
    y_bar = 1.0 + x * e
    t_bar = x_bar * -math.sin(t) + y_bar * 2.0 * t
    return {"x": x, "y": y, "f": y + e, "x_bar": x_bar, "y_bar": y_bar, "t_bar": t_bar}
