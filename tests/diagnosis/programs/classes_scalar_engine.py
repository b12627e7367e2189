# a small engine in the style of the lecture's graph algorithm; one Value a number
import math

import numpy as np


class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.push = float(data), 0.0, parents, None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.push = push
        return out

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        out = Value(s, (self,))

        def push():
            self.grad += s * (1 - s) * out.grad

        out.push = push
        return out

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v.parents:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            if v.push:
                v.push()


def wrap(array):
    return np.vectorize(Value, otypes=[object])(array)


def outputs(P, row):
    h = [(sum_(P["W1"][i], row) + P["b1"][i]).sigmoid() for i in range(len(P["b1"]))]
    return [sum_(P["W2"][k], h) + P["b2"][k] for k in range(len(P["b2"]))]


def sum_(ws, xs):
    total = Value(0)
    for w, x in zip(ws, xs):
        total = total + w * x
    return total


def forward(params, x):
    P = {k: wrap(v) for k, v in params.items()}
    return np.array([[v.data for v in outputs(P, [Value(c) for c in row])] for row in x])


def objective(P, x, t):
    total = Value(0)
    for row, target in zip(x, t):
        for y, want in zip(outputs(P, [Value(c) for c in row]), target):
            d = y + Value(-want)
            total = total + d * d * Value(0.5)
    return total * Value(1 / len(x))


def loss(params, x, t):
    return objective({k: wrap(v) for k, v in params.items()}, x, t).data


def backward(params, x, t):
    P = {k: wrap(v) for k, v in params.items()}
    objective(P, x, t).backward()
    return {k: np.vectorize(lambda v: v.grad, otypes=[float])(v) for k, v in P.items()}
