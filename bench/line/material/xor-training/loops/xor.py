import numpy as np

UNITS = 6


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def start(rng, d, m, k, spread):
    params = {"W1": np.zeros((m, d)), "b1": np.zeros(m), "W2": np.zeros((k, m)), "b2": np.zeros(k)}
    for i in range(m):
        params["W1"][i] = rng.normal(0.0, spread, d)
        params["b1"][i] = rng.normal()
        params["W2"][:, i] = rng.normal(0.0, 1.0, k)
    return params


def init_params(rng):
    return start(rng, 2, UNITS, 1, 2.0)


def hidden(params, x):
    m = len(params["b1"])
    h = np.zeros((len(x), m))
    for i in range(m):
        z = params["b1"][i]
        for j in range(x.shape[1]):
            z = z + params["W1"][i, j] * x[:, j]
        h[:, i] = sigma(z)
    return h


def outputs(params, h):
    k = len(params["b2"])
    y = np.zeros((len(h), k))
    for l in range(k):
        y[:, l] = params["b2"][l]
        for i in range(h.shape[1]):
            y[:, l] += params["W2"][l, i] * h[:, i]
    return y


def predict(params, x):
    return outputs(params, hidden(params, x))


def squared_loss(y, t):
    total = 0.0
    for l in range(t.shape[1]):
        total += 0.5 * np.sum((y[:, l] - t[:, l]) ** 2)
    return total / len(t)


def shares(y):
    p = np.zeros(y.shape)
    for row in range(len(y)):
        e = np.exp(y[row] - max(y[row]))
        p[row] = e / e.sum()
    return p


def class_loss(y, t):
    total = 0.0
    for row in range(len(y)):
        largest = max(y[row])
        log_sum = largest + np.log(np.exp(y[row] - largest).sum())
        for l in range(len(y[row])):
            total -= t[row, l] * (y[row, l] - log_sum)
    return total / len(y)


def gradients(params, x, h, y_bar):
    n, m = h.shape
    grads = {}
    for name in params:
        grads[name] = np.zeros(params[name].shape)
    for l in range(y_bar.shape[1]):
        for i in range(m):
            grads["W2"][l, i] = np.sum(y_bar[:, l] * h[:, i]) / n
        grads["b2"][l] = np.sum(y_bar[:, l]) / n
    for i in range(m):
        h_bar = np.zeros(n)
        for l in range(y_bar.shape[1]):
            h_bar += y_bar[:, l] * params["W2"][l, i]
        z_bar = h_bar * h[:, i] * (1.0 - h[:, i])
        for j in range(x.shape[1]):
            grads["W1"][i, j] = np.sum(z_bar * x[:, j]) / n
        grads["b1"][i] = np.sum(z_bar) / n
    return grads


def step(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads[name]
    return params


def train(params, x, t, steps=400, learning_rate=0.5):
    mine = {}
    for name in params:
        mine[name] = params[name].copy()
    losses = []
    for _ in range(steps):
        h = hidden(mine, x)
        y = outputs(mine, h)
        losses.append(squared_loss(y, t))
        grads = gradients(mine, x, h, y - t)
        mine = step(mine, grads, learning_rate)
    losses.append(squared_loss(predict(mine, x), t))
    return mine, losses


def learn_patterns(rng, x, t):
    params = start(rng, x.shape[1], 24, 1, 1.5)
    return train(params, x, t, 400, 0.4)


def learn_digits(rng, x, t, x_val, t_val):
    params = start(rng, x.shape[1], 16, t.shape[1], 0.2)
    losses, losses_val = [], []
    best, smallest = None, np.inf
    for _ in range(60):
        h = hidden(params, x)
        y = outputs(params, h)
        losses.append(class_loss(y, t))
        e = class_loss(predict(params, x_val), t_val)
        losses_val.append(e)
        if e < smallest:
            smallest = e
            best = {name: params[name].copy() for name in params}
        grads = gradients(params, x, h, shares(y) - t)
        params = step(params, grads, 2.0)
    return best, losses, losses_val
