import numpy as np

buffers = {}


def zero_grad(params):
    for name, value in params.items():
        if name not in buffers or buffers[name].shape != value.shape:
            buffers[name] = np.empty_like(value)
        buffers[name][...] = 0.0


def act(params, x):
    cache = [x.copy()]
    depth = len(params) // 2
    for i in range(depth):
        a = cache[-1] @ params[f"W{i + 1}"].T
        a += params[f"b{i + 1}"]
        if i + 1 < depth:
            np.tanh(a, out=a)
        cache.append(a)
    return cache


def forward(params, x):
    return act(params, x)[-1]


def loss(params, x, t):
    e = forward(params, x)
    e -= t
    return 0.5 * np.vdot(e, e) / x.shape[0]


def backward(params, x, t):
    zero_grad(params)
    cache = act(params, x)
    signal = cache[-1] - t
    signal /= x.shape[0]
    for i in reversed(range(len(params) // 2)):
        buffers[f"W{i + 1}"] += signal.T @ cache[i]
        buffers[f"b{i + 1}"] += signal.sum(axis=0)
        if i:
            signal = signal @ params[f"W{i + 1}"]
            signal *= 1 - cache[i] ** 2
    return {name: buffers[name].copy() for name in params}
