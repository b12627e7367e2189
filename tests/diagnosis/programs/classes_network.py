import numpy as np


class Network:
    """two layers, tanh, softmax + cross entropy, L2 with lambda 0.1"""

    lam = 0.1

    def __init__(self, params):
        self.p = params
        self.g = {}

    def _softmax(self, s):
        s = s - s.max(1)[:, None]
        return np.exp(s) / np.exp(s).sum(1)[:, None]

    def predict(self, x):
        self.x = x
        self.h = np.tanh(x.dot(self.p["W1"].T) + self.p["b1"])
        self.out = self._softmax(self.h.dot(self.p["W2"].T) + self.p["b2"])
        return self.out

    def cost(self, x, t):
        data = -(t * np.log(self.predict(x))).sum() / len(x)
        return data + self.lam / 2 * ((self.p["W1"] ** 2).sum() + (self.p["W2"] ** 2).sum())

    def gradient(self, x, t):
        self.predict(x)
        d_out = (self.out - t) / len(x)
        self.g["W2"] = d_out.T.dot(self.h)
        self.g["b2"] = d_out.sum(0)
        d_h = d_out.dot(self.p["W2"])
        d_z = d_h * (1 - self.h * self.h)
        self.g["W1"] = d_z.T.dot(self.x)
        self.g["b1"] = d_z.sum(0)
        for name in ("W1", "W2"):
            self.g[name] += self.lam * self.p[name]
        return self.g


def forward(params, x):
    return Network(params).predict(x)


def loss(params, x, t):
    return Network(params).cost(x, t)


def backward(params, x, t):
    return Network(params).gradient(x, t)
