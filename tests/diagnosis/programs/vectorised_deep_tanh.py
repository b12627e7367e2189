import numpy as np


def layers(params):
    return sum(k.startswith("W") for k in params)


def run(params, x):
    """returns lists zs, hs"""
    hs, zs = [x], []
    L = layers(params)
    for l in range(1, L + 1):
        z = hs[-1] @ params[f"W{l}"].T + params[f"b{l}"]
        zs.append(z)
        hs.append(np.tanh(z) if l < L else z)
    return zs, hs


def forward(params, x):
    return run(params, x)[1][-1]


def loss(params, x, t):
    d = forward(params, x) - t
    return np.mean(np.sum(d**2, axis=1)) / 2


def backward(params, x, t):
    zs, hs = run(params, x)
    L = layers(params)
    grads = {}
    delta = (hs[-1] - t) / len(x)
    for l in range(L, 0, -1):
        grads[f"W{l}"] = delta.T @ hs[l - 1]
        grads[f"b{l}"] = delta.sum(axis=0)
        if l > 1:
            delta = delta @ params[f"W{l}"]
            delta = delta * (1 - np.tanh(zs[l - 2]) ** 2)
    return grads
