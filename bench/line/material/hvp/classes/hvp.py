"""Numbers that carry their slope along v, and the two models written with them."""

import numpy as np


class Dual:
    """A value and its slope (the dotted quantity)."""

    def __init__(self, value, dot):
        self.value = value
        self.dot = dot

    def __add__(self, other):
        return Dual(self.value + other.value, self.dot + other.dot)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.dot - other.dot)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.dot * other.value + self.value * other.dot)

    def __matmul__(self, other):
        return Dual(self.value @ other.value, self.dot @ other.value + self.value @ other.dot)

    def scaled(self, factor):
        return Dual(self.value * factor, self.dot * factor)

    @property
    def T(self):
        return Dual(self.value.T, self.dot.T)

    def total(self):
        return Dual(self.value.sum(axis=0), self.dot.sum(axis=0))

    def logistic(self):
        e = np.exp(-np.abs(self.value))
        y = np.where(self.value >= 0, 1.0, e) / (1.0 + e)
        return Dual(y, y * (1.0 - y) * self.dot)

    def slope(self):
        """y (1 - y), for a y that is a logistic function's value."""
        return Dual(self.value * (1.0 - self.value), (1.0 - 2.0 * self.value) * self.dot)


def constant(value):
    return Dual(value, np.zeros_like(value))


class LogisticModel:
    def __init__(self, w, b):
        self.w = w
        self.b = b

    def gradient(self, x, t):
        x, t = constant(x), constant(t)
        y = (x @ self.w + self.b).logistic()
        z_bar = (y - t) * y.slope()
        z_bar = z_bar.scaled(1.0 / len(t.value))
        return x.T @ z_bar, z_bar.total()


class Mlp:
    def __init__(self, W1, b1, W2, b2):
        self.W1 = W1
        self.b1 = b1
        self.W2 = W2
        self.b2 = b2

    def forward(self, x):
        self.h = (x @ self.W1.T + self.b1).logistic()
        return self.h @ self.W2.T + self.b2

    def gradient(self, x, t):
        x, t = constant(x), constant(t)
        y = self.forward(x)
        y_bar = (y - t).scaled(1.0 / len(t.value))
        h_bar = y_bar @ self.W2
        z_bar = h_bar * self.h.slope()
        return {
            "W1": z_bar.T @ x,
            "b1": z_bar.total(),
            "W2": y_bar.T @ self.h,
            "b2": y_bar.total(),
        }


def logistic_gradient(w, b, x, t):
    model = LogisticModel(constant(w), Dual(b, 0.0))
    w_bar, b_bar = model.gradient(x, t)
    return w_bar.value, b_bar.value


def logistic_hvp(w, b, v_w, v_b, x, t):
    model = LogisticModel(Dual(w, v_w), Dual(b, v_b))
    w_bar, b_bar = model.gradient(x, t)
    return w_bar.dot, b_bar.dot


def mlp_gradient(params, x, t):
    model = Mlp(**{name: constant(value) for name, value in params.items()})
    return {name: bar.value for name, bar in model.gradient(x, t).items()}


def mlp_hvp(params, v, x, t):
    model = Mlp(**{name: Dual(params[name], v[name]) for name in params})
    return {name: bar.dot for name, bar in model.gradient(x, t).items()}
