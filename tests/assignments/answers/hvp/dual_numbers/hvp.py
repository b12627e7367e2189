"""A class of numbers that carry their slope; the gradient is written once and used for both."""

import numpy as np


class Dual:
    __array_ufunc__ = None  # so that Dual computes an array times a Dual

    def __init__(self, value, dot):
        self.value, self.dot = value, dot

    def __add__(self, other):
        other = dual(other)
        return Dual(self.value + other.value, self.dot + other.dot)

    __radd__ = __add__

    def __sub__(self, other):
        return self + dual(other) * -1.0

    def __rsub__(self, other):
        return dual(other) - self

    def __mul__(self, other):
        other = dual(other)
        return Dual(self.value * other.value, self.dot * other.value + self.value * other.dot)

    __rmul__ = __mul__

    def __matmul__(self, other):
        other = dual(other)
        return Dual(self.value @ other.value, self.dot @ other.value + self.value @ other.dot)

    def __rmatmul__(self, other):
        return dual(other) @ self

    @property
    def T(self):
        return Dual(self.value.T, self.dot.T)

    def sum(self, axis=None):
        return Dual(self.value.sum(axis=axis), self.dot.sum(axis=axis))


def dual(x):
    return x if isinstance(x, Dual) else Dual(x, 0.0 * np.asarray(x))


def sigma(z):
    if isinstance(z, Dual):
        y = sigma(z.value)
        return Dual(y, y * (1 - y) * z.dot)
    return np.exp(-np.logaddexp(0, -z))


def logistic_gradient(w, b, x, t):
    y = sigma(x @ w + b)
    z_bar = (y - t) * y * (1 - y) * (1 / len(x))
    return x.T @ z_bar, z_bar.sum()


def logistic_hvp(w, b, v_w, v_b, x, t):
    return tuple(part.dot for part in logistic_gradient(Dual(w, v_w), Dual(b, v_b), x, t))


def mlp_gradient(params, x, t):
    h = sigma(x @ params["W1"].T + params["b1"])
    y_bar = (h @ params["W2"].T + params["b2"] - t) * (1 / len(x))
    z_bar = y_bar @ params["W2"] * h * (1 - h)
    return {"b2": y_bar.sum(axis=0), "W2": y_bar.T @ h, "b1": z_bar.sum(axis=0), "W1": z_bar.T @ x}


def mlp_hvp(params, v, x, t):
    moving = {key: Dual(params[key], v[key]) for key in params}
    return {key: part.dot for key, part in mlp_gradient(moving, x, t).items()}
