import math

import numpy as np


def matvec_vjp(W, x, z_bar):
    m, n = W.shape
    W_bar = np.zeros((m, n))
    x_bar = np.zeros(n)
    for i in range(m):
        for j in range(n):
            W_bar[i, j] = z_bar[i] * x[j]
            x_bar[j] += W[i, j] * z_bar[i]
    return W_bar, x_bar


def logistic(v):
    if v >= 0:
        return 1.0 / (1.0 + math.exp(-v))
    return math.exp(v) / (1.0 + math.exp(v))


def elementwise_vjp(name, z, y_bar):
    z_bar = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        v = z[place]
        if name == "exp":
            slope = math.exp(v)
        elif name == "logistic":
            s = logistic(v)
            slope = s * (1.0 - s)
        else:
            h = math.tanh(v)
            slope = 1.0 - h * h
        z_bar[place] = slope * y_bar[place]
    return z_bar


def softmax(z):
    m = z[0]
    for v in z:
        if v > m:
            m = v
    total = 0.0
    for v in z:
        total += math.exp(v - m)
    y = np.zeros(len(z))
    for k in range(len(z)):
        y[k] = math.exp(z[k] - m) / total
    return y


def softmax_vjp(z, y_bar):
    y = softmax(z)
    mixed = 0.0
    for k in range(len(y)):
        mixed += y[k] * y_bar[k]
    z_bar = np.zeros(len(z))
    for j in range(len(z)):
        z_bar[j] = y[j] * (y_bar[j] - mixed)
    return z_bar


def summed_to(shape, y_bar):
    """Add every entry of y_bar to the entry of the argument that it was made from."""
    bar = np.zeros(shape)
    missing = y_bar.ndim - len(shape)
    for place in np.ndindex(y_bar.shape):
        index = []
        for axis in range(len(shape)):
            if shape[axis] == 1:
                index.append(0)
            else:
                index.append(place[missing + axis])
        bar[tuple(index)] += y_bar[place]
    return bar


def add_vjp(a, b, y_bar):
    return summed_to(a.shape, y_bar), summed_to(b.shape, y_bar)


def chain_vjp(W1, b1, W2, b2, x, y_bar):
    z1 = np.zeros(len(b1))
    h = np.zeros(len(b1))
    for i in range(len(b1)):
        z1[i] = b1[i]
        for j in range(len(x)):
            z1[i] += W1[i, j] * x[j]
        h[i] = math.tanh(z1[i])
    z2 = np.zeros(len(b2))
    for k in range(len(b2)):
        z2[k] = b2[k]
        for i in range(len(h)):
            z2[k] += W2[k, i] * h[i]

    z2_bar = softmax_vjp(z2, y_bar)
    W2_bar, h_bar = matvec_vjp(W2, h, z2_bar)
    z1_bar = elementwise_vjp("tanh", z1, h_bar)
    W1_bar, x_bar = matvec_vjp(W1, x, z1_bar)
    return {
        "z2_bar": z2_bar,
        "W2_bar": W2_bar,
        "b2_bar": z2_bar,
        "h_bar": h_bar,
        "z1_bar": z1_bar,
        "W1_bar": W1_bar,
        "b1_bar": z1_bar,
        "x_bar": x_bar,
    }
