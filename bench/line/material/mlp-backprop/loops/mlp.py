import math

import numpy as np


def sigma(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def layer_values(params, row):
    """All values of the network for one example: the inputs first, the outputs last."""
    depth = len(params) // 2
    values = [[float(v) for v in row]]
    for l in range(1, depth + 1):
        W = params["W" + str(l)]
        b = params["b" + str(l)]
        below = values[l - 1]
        units = []
        for i in range(W.shape[0]):
            z = float(b[i])
            for j in range(W.shape[1]):
                z += W[i, j] * below[j]
            if l < depth:
                units.append(sigma(z))
            else:
                units.append(z)
        values.append(units)
    return values


def forward(params, x):
    y = []
    for row in x:
        y.append(layer_values(params, row)[-1])
    return np.array(y)


def loss(params, x, t):
    n = x.shape[0]
    total = 0.0
    for i in range(n):
        y = layer_values(params, x[i])[-1]
        for k in range(len(y)):
            total += 0.5 * (y[k] - t[i, k]) ** 2
    return total / n


def empty_gradients(params):
    grads = {}
    for name in params:
        grads[name] = np.zeros(params[name].shape)
    return grads


def add_example(grads, params, values, y_bar, n):
    """Go back through the layers for one example and add its share to grads."""
    depth = len(params) // 2
    z_bar = y_bar
    for l in range(depth, 0, -1):
        W = params["W" + str(l)]
        below = values[l - 1]
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                grads["W" + str(l)][i, j] += z_bar[i] * below[j] / n
            grads["b" + str(l)][i] += z_bar[i] / n
        if l == 1:
            break
        new_bar = []
        for j in range(W.shape[1]):
            h_bar = 0.0
            for i in range(W.shape[0]):
                h_bar += W[i, j] * z_bar[i]
            new_bar.append(h_bar * below[j] * (1.0 - below[j]))
        z_bar = new_bar


def backward(params, x, t):
    n = x.shape[0]
    grads = empty_gradients(params)
    for i in range(n):
        values = layer_values(params, x[i])
        y_bar = []
        for k in range(t.shape[1]):
            y_bar.append(values[-1][k] - t[i, k])
        add_example(grads, params, values, y_bar, n)
    return grads


def log_sum_exp(y):
    m = max(y)
    s = 0.0
    for v in y:
        s += math.exp(v - m)
    return m + math.log(s)


def softmax_loss(params, x, t):
    n = x.shape[0]
    total = 0.0
    for i in range(n):
        y = layer_values(params, x[i])[-1]
        lse = log_sum_exp(y)
        for k in range(len(y)):
            total -= t[i, k] * (y[k] - lse)
    return total / n


def softmax_backward(params, x, t):
    n = x.shape[0]
    grads = empty_gradients(params)
    for i in range(n):
        values = layer_values(params, x[i])
        y = values[-1]
        lse = log_sum_exp(y)
        y_bar = []
        for k in range(len(y)):
            p = math.exp(y[k] - lse)
            y_bar.append(p - t[i, k])
        add_example(grads, params, values, y_bar, n)
    return grads
