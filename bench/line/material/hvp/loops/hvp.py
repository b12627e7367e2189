import math

import numpy as np


def sigma(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s


def logistic_gradient(w, b, x, t):
    n, d = x.shape
    w_bar = np.zeros(d)
    b_bar = 0.0
    for i in range(n):
        y = sigma(dot(x[i], w) + b)
        z_bar = (y - t[i]) * y * (1.0 - y)
        for j in range(d):
            w_bar[j] += z_bar * x[i, j] / n
        b_bar += z_bar / n
    return w_bar, b_bar


def logistic_hvp(w, b, v_w, v_b, x, t):
    n, d = x.shape
    w_part = np.zeros(d)
    b_part = 0.0
    for i in range(n):
        y = sigma(dot(x[i], w) + b)
        slope = y * (1.0 - y)
        z_dot = dot(x[i], v_w) + v_b
        y_dot = slope * z_dot
        slope_dot = (1.0 - 2.0 * y) * y_dot
        z_bar_dot = y_dot * slope + (y - t[i]) * slope_dot
        for j in range(d):
            w_part[j] += z_bar_dot * x[i, j] / n
        b_part += z_bar_dot / n
    return w_part, b_part


def mlp_gradient(params, x, t):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    m, d = W1.shape
    k = W2.shape[0]
    n = x.shape[0]
    grads = {name: np.zeros(params[name].shape) for name in params}
    for row in range(n):
        h = []
        for i in range(m):
            h.append(sigma(dot(W1[i], x[row]) + b1[i]))
        y_bar = []
        for l in range(k):
            y = dot(W2[l], h) + b2[l]
            y_bar.append((y - t[row, l]) / n)
        for l in range(k):
            for i in range(m):
                grads["W2"][l, i] += y_bar[l] * h[i]
            grads["b2"][l] += y_bar[l]
        for i in range(m):
            h_bar = 0.0
            for l in range(k):
                h_bar += y_bar[l] * W2[l, i]
            z_bar = h_bar * h[i] * (1.0 - h[i])
            for j in range(d):
                grads["W1"][i, j] += z_bar * x[row, j]
            grads["b1"][i] += z_bar
    return grads


def mlp_hvp(params, v, x, t):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    V1, c1, V2, c2 = v["W1"], v["b1"], v["W2"], v["b2"]
    m, d = W1.shape
    k = W2.shape[0]
    n = x.shape[0]
    product = {name: np.zeros(params[name].shape) for name in params}
    for row in range(n):
        h, h_dot, slope, slope_dot = [], [], [], []
        for i in range(m):
            h.append(sigma(np.dot(W1[i], x[row]) + b1[i]))
            z_dot = np.dot(V1[i], x[row]) + c1[i]
            slope.append(h[i] * (1.0 - h[i]))
            h_dot.append(slope[i] * z_dot)
            slope_dot.append((1.0 - 2.0 * h[i]) * h_dot[i])
        y_bar, y_bar_dot = [], []
        for l in range(k):
            y = b2[l]
            y_dot = c2[l]
            for i in range(m):
                y += W2[l, i] * h[i]
                y_dot += W2[l, i] * h_dot[i] + V2[l, i] * h[i]
            y_bar.append((y - t[row, l]) / n)
            y_bar_dot.append(y_dot / n)
        for l in range(k):
            for i in range(m):
                product["W2"][l, i] += y_bar_dot[l] * h[i] + y_bar[l] * h_dot[i]
            product["b2"][l] += y_bar_dot[l]
        for i in range(m):
            h_bar = 0.0
            h_bar_dot = 0.0
            for l in range(k):
                h_bar += y_bar[l] * W2[l, i]
                h_bar_dot += y_bar_dot[l] * W2[l, i] + y_bar[l] * V2[l, i]
            z_bar_dot = h_bar_dot * slope[i] + h_bar * slope_dot[i]
            for j in range(d):
                product["W1"][i, j] += z_bar_dot * x[row, j]
            product["b1"][i] += z_bar_dot
    return product
