"""Each operation is a class: forward keeps what backward needs."""

import numpy as np


class MatVec:
    def __init__(self, W):
        self.W = W

    def forward(self, x):
        self.x = x
        return self.W.dot(x)

    def backward(self, z_bar):
        self.W_bar = z_bar.reshape(-1, 1) * self.x.reshape(1, -1)
        self.x_bar = self.W.T.dot(z_bar)
        return self.x_bar


class Exp:
    def forward(self, z):
        self.y = np.exp(z)
        return self.y

    def backward(self, y_bar):
        return self.y * y_bar


class Logistic:
    def forward(self, z):
        e = np.exp(-np.abs(z))
        self.y = np.where(z >= 0, 1.0, e) / (1.0 + e)
        return self.y

    def backward(self, y_bar):
        return self.y * (1.0 - self.y) * y_bar


class Tanh:
    def forward(self, z):
        self.y = np.tanh(z)
        return self.y

    def backward(self, y_bar):
        return (1.0 - self.y**2) * y_bar


class Softmax:
    def forward(self, z):
        e = np.exp(z - np.max(z))
        self.y = e / np.sum(e)
        return self.y

    def backward(self, y_bar):
        weighted = self.y * y_bar
        return weighted - self.y * np.sum(weighted)


class Add:
    def forward(self, a, b):
        self.a_shape = a.shape
        self.b_shape = b.shape
        return a + b

    def backward(self, y_bar):
        return self.collect(y_bar, self.a_shape), self.collect(y_bar, self.b_shape)

    @staticmethod
    def collect(bar, shape):
        while bar.ndim > len(shape):
            bar = np.sum(bar, axis=0)
        for axis, length in enumerate(shape):
            if length == 1:
                bar = np.sum(bar, axis=axis, keepdims=True)
        return bar


class Chain:
    def __init__(self, W1, b1, W2, b2):
        self.first = MatVec(W1)
        self.first_bias = Add()
        self.tanh = Tanh()
        self.second = MatVec(W2)
        self.second_bias = Add()
        self.softmax = Softmax()
        self.b1 = b1
        self.b2 = b2

    def forward(self, x):
        z1 = self.first_bias.forward(self.first.forward(x), self.b1)
        h = self.tanh.forward(z1)
        z2 = self.second_bias.forward(self.second.forward(h), self.b2)
        return self.softmax.forward(z2)

    def backward(self, y_bar):
        bars = {}
        bars["z2_bar"] = self.softmax.backward(y_bar)
        product_bar, bars["b2_bar"] = self.second_bias.backward(bars["z2_bar"])
        bars["h_bar"] = self.second.backward(product_bar)
        bars["W2_bar"] = self.second.W_bar
        bars["z1_bar"] = self.tanh.backward(bars["h_bar"])
        product_bar, bars["b1_bar"] = self.first_bias.backward(bars["z1_bar"])
        bars["x_bar"] = self.first.backward(product_bar)
        bars["W1_bar"] = self.first.W_bar
        return bars


FUNCTIONS = {"exp": Exp, "logistic": Logistic, "tanh": Tanh}


def matvec_vjp(W, x, z_bar):
    node = MatVec(W)
    node.forward(x)
    node.backward(z_bar)
    return node.W_bar, node.x_bar


def elementwise_vjp(name, z, y_bar):
    node = FUNCTIONS[name]()
    node.forward(z)
    return node.backward(y_bar)


def softmax_vjp(z, y_bar):
    node = Softmax()
    node.forward(z)
    return node.backward(y_bar)


def add_vjp(a, b, y_bar):
    node = Add()
    node.forward(a, b)
    return node.backward(y_bar)


def chain_vjp(W1, b1, W2, b2, x, y_bar):
    chain = Chain(W1, b1, W2, b2)
    chain.forward(x)
    return chain.backward(y_bar)
