"""A small engine: nodes remember their parents and collect their error signals."""

import math

import numpy as np


class Node:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.bar = 0.0

    def __add__(self, other):
        return Node(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        return Node(self.value - other.value, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))

    def square(self):
        return Node(self.value**2, ((self, 2 * self.value),))

    def exp(self):
        e = math.exp(self.value)
        return Node(e, ((self, e),))

    def cos(self):
        return Node(math.cos(self.value), ((self, -math.sin(self.value)),))

    def logistic(self):
        e = math.exp(-abs(self.value))
        s = 1 / (1 + e) if self.value >= 0 else e / (1 + e)
        return Node(s, ((self, s * (1 - s)),))

    def order(self):
        """All nodes that this one is made of, parents first."""
        found, seen = [], set()

        def visit(node):
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent, _ in node.parents:
                visit(parent)
            found.append(node)

        visit(self)
        return found

    def backward(self):
        self.bar = 1.0
        for node in reversed(self.order()):
            for parent, slope in node.parents:
                parent.bar += node.bar * slope


def collect(values, signals):
    result = {name: node.value for name, node in values.items()}
    for name, node in signals.items():
        result[name + "_bar"] = node.bar
    return result


def product_of_sum(x, y, z):
    x, y, z = Node(x), Node(y), Node(z)
    q = x + y
    f = q * z
    f.backward()
    return collect({"q": q, "f": f}, {"q": q, "x": x, "y": y, "z": z})


def least_squares(w, b, x, t):
    w, b, x, t = Node(w), Node(b), Node(x), Node(t)
    z = w * x + b
    y = z.logistic()
    L = Node(0.5) * (y - t).square()
    L.backward()
    return collect({"z": z, "y": y, "L": L}, {"y": y, "z": z, "w": w, "b": b})


def regularised(w, b, x, t, lam):
    w, b, x, t, lam = Node(w), Node(b), Node(x), Node(t), Node(lam)
    half = Node(0.5)
    z = w * x + b
    y = z.logistic()
    L = half * (y - t).square()
    R = half * w.square()
    L_reg = L + lam * R
    L_reg.backward()
    values = {"z": z, "y": y, "L": L, "R": R, "L_reg": L_reg}
    return collect(values, {"L": L, "R": R, "y": y, "z": z, "w": w, "b": b})


def along_curve(t):
    t = Node(t)
    x = t.cos()
    y = t.square()
    f = y + (x * y).exp()
    f.backward()
    return collect({"x": x, "y": y, "f": f}, {"x": x, "y": y, "t": t})


class SoftmaxRegression:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x, t):
        self.x, self.t = x, t
        self.z = np.dot(self.W, x) + self.b
        self.shifted = self.z - np.max(self.z)
        exps = np.exp(self.shifted)
        self.total = np.sum(exps)
        self.y = exps / self.total
        return -np.sum(t * (self.shifted - np.log(self.total)))

    def backward(self):
        self.y_bar = np.zeros(len(self.t))
        used = (self.t != 0) & (self.y > 0)
        self.y_bar[used] = -self.t[used] / self.y[used]
        self.z_bar = self.y - self.t
        self.W_bar = np.outer(self.z_bar, self.x)
        self.b_bar = self.z_bar


def softmax_regression(W, b, x, t):
    model = SoftmaxRegression(W, b)
    L = model.forward(x, t)
    model.backward()
    return {
        "z": model.z,
        "y": model.y,
        "L": L,
        "y_bar": model.y_bar,
        "z_bar": model.z_bar,
        "W_bar": model.W_bar,
        "b_bar": model.b_bar,
    }
