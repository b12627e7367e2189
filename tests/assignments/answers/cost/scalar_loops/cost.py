"""Index by index, as in the derivation: slow, but a backward pass."""

import math


def count_forward(sizes, n):
    count = 0
    for i in range(len(sizes) - 1):
        count = count + sizes[i] * sizes[i + 1]
    return count * n


def count_backward(sizes, n):
    count = 0
    for i in range(1, len(sizes)):
        count += sizes[i - 1] * sizes[i]  # the weights' signals
        if i != 1:
            count += sizes[i - 1] * sizes[i]  # the units' signals
    return n * count


def sigma(z):
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def backward(params, x, t):
    L = sum(name[0] == "W" for name in params)
    W = [params[f"W{i}"].tolist() for i in range(1, L + 1)]
    b = [params[f"b{i}"].tolist() for i in range(1, L + 1)]
    grads = {name: 0.0 * part for name, part in params.items()}
    W_bar = [[[0.0] * len(row) for row in w] for w in W]
    b_bar = [[0.0] * len(row) for row in b]
    n = len(x)
    for row, target in zip(x.tolist(), t.tolist(), strict=True):
        h = [row]
        for layer in range(L):
            z = [
                sum(w * a for w, a in zip(weights, h[-1], strict=True)) + c
                for weights, c in zip(W[layer], b[layer], strict=True)
            ]
            h.append([sigma(v) for v in z] if layer + 1 < L else z)
        bar = [(y - g) / n for y, g in zip(h[-1], target, strict=True)]
        for layer in reversed(range(L)):
            below = [0.0] * len(h[layer])
            for i, s in enumerate(bar):
                b_bar[layer][i] += s
                for j, a in enumerate(h[layer]):
                    W_bar[layer][i][j] += s * a
                    below[j] += s * W[layer][i][j]
            bar = [s * a * (1 - a) for s, a in zip(below, h[layer], strict=True)]
    for i in range(L):
        grads[f"W{i + 1}"] += W_bar[i]
        grads[f"b{i + 1}"] += b_bar[i]
    return grads
