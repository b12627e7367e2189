import numpy as np


def forward(params, x):
    out = []
    for row in x:
        a = row
        for l in range(1, len(params) // 2):
            a = np.tanh(params["W" + str(l)].dot(a) + params["b" + str(l)])
        L = len(params) // 2
        out.append(params["W" + str(L)].dot(a) + params["b" + str(L)])
    return np.array(out)


def loss(params, x, t):
    y = forward(params, x)
    s = 0
    for i in range(len(x)):
        s = s + 0.5 * ((y[i] - t[i]) ** 2).sum()
    return s / len(x)


def backward(params, x, t):
    L = len(params) // 2
    g = {name: np.zeros_like(p) for name, p in params.items()}
    for row, target in zip(x, t):
        acts = [row]
        for l in range(1, L):
            acts.append(np.tanh(params["W" + str(l)].dot(acts[-1]) + params["b" + str(l)]))
        y = params["W" + str(L)].dot(acts[-1]) + params["b" + str(L)]
        d = y - target
        for l in range(L, 0, -1):
            g["W" + str(l)] += np.outer(d, acts[l - 1])
            g["b" + str(l)] += d
            if l > 1:
                d = params["W" + str(l)].T.dot(d) * (1 - acts[l - 1] ** 2)
    for name in g:
        g[name] /= len(x)
    return g
