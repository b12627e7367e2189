"""Outer products of every row, summed at the end; also the signals of x, which no test needs."""

import numpy as np


def count_forward(sizes, n):
    return sum(n * inputs * sizes[i] for i, inputs in enumerate(sizes[:-1], start=1))


def count_backward(sizes, n):
    if len(sizes) == 2:
        return count_forward(sizes, n)
    return count_forward(sizes, n) + count_forward(sizes[1:], n)


def backward(params, x, t):
    layers = range(1, len(params) // 2 + 1)
    h, z = {0: x}, {}
    for i in layers:
        z[i] = np.einsum("nj,ij->ni", h[i - 1], params[f"W{i}"]) + params[f"b{i}"][None, :]
        h[i] = 0.5 * (1 + np.tanh(0.5 * z[i]))
    last = layers[-1]
    bar, out = z[last] - t, {}
    for i in layers[::-1]:
        if i != last:
            bar = bar * h[i] * (1 - h[i])
        out[f"b{i}"] = np.mean(bar, axis=0)
        out[f"W{i}"] = np.mean(bar[:, :, None] * h[i - 1][:, None, :], axis=0)
        bar = np.einsum("ni,ij->nj", bar, params[f"W{i}"])
    return out
