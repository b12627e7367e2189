"""The network as a list of layer objects; each remembers its input for the way back."""

import numpy as np


def logistic(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


class Linear:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.input = None
        self.grad_W = None
        self.grad_b = None

    def forward(self, x):
        self.input = x
        return np.dot(x, self.W.T) + self.b

    def backward(self, out_bar):
        self.grad_W = np.dot(out_bar.T, self.input)
        self.grad_b = np.sum(out_bar, axis=0)
        return np.dot(out_bar, self.W)


class Logistic:
    def __init__(self):
        self.output = None

    def forward(self, z):
        self.output = logistic(z)
        return self.output

    def backward(self, out_bar):
        return out_bar * self.output * (1 - self.output)


class SquaredError:
    def value(self, y, t):
        self.rows = y.shape[0]
        self.difference = y - t
        return np.sum(self.difference**2) / (2 * self.rows)

    def backward(self):
        return self.difference / self.rows


class CrossEntropy:
    def value(self, y, t):
        self.rows = y.shape[0]
        shifted = y - np.max(y, axis=1, keepdims=True)
        log_total = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        self.log_p = shifted - log_total
        self.t = t
        return -np.sum(t * self.log_p) / self.rows

    def backward(self):
        return (np.exp(self.log_p) - self.t) / self.rows


class Network:
    def __init__(self, params):
        self.depth = len(params) // 2
        self.layers = []
        for number in range(1, self.depth + 1):
            self.layers.append(Linear(params[f"W{number}"], params[f"b{number}"]))
            if number < self.depth:
                self.layers.append(Logistic())

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, bar):
        for layer in reversed(self.layers):
            bar = layer.backward(bar)
        return bar

    def gradients(self):
        grads = {}
        number = 1
        for layer in self.layers:
            if isinstance(layer, Linear):
                grads[f"W{number}"] = layer.grad_W
                grads[f"b{number}"] = layer.grad_b
                number += 1
        return grads


def forward(params, x):
    return Network(params).forward(x)


def _gradients(params, x, t, criterion):
    net = Network(params)
    y = net.forward(x)
    criterion.value(y, t)
    net.backward(criterion.backward())
    return net.gradients()


def loss(params, x, t):
    return SquaredError().value(forward(params, x), t)


def backward(params, x, t):
    return _gradients(params, x, t, SquaredError())


def softmax_loss(params, x, t):
    return CrossEntropy().value(forward(params, x), t)


def softmax_backward(params, x, t):
    return _gradients(params, x, t, CrossEntropy())
