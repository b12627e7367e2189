import math

import numpy as np


def probs(params, row):
    logits = []
    for c in range(len(params["b1"])):
        logits.append(sum(params["W1"][c][j] * row[j] for j in range(len(row))) + params["b1"][c])
    m = max(logits)
    exps = [math.exp(v - m) for v in logits]
    total = sum(exps)
    return [e / total for e in exps]


def forward(params, x):
    return np.array([probs(params, row) for row in x])


def loss(params, x, t):
    cost = 0
    for row, target in zip(x, t):
        p = probs(params, row)
        for c in range(len(p)):
            cost -= target[c] * math.log(p[c])
    return cost / len(x)


def backward(params, x, t):
    dW = np.zeros_like(params["W1"])
    db = np.zeros_like(params["b1"])
    for row, target in zip(x, t):
        p = probs(params, row)
        for c in range(len(p)):
            delta = p[c] - target[c]
            db[c] += delta
            for j in range(len(row)):
                dW[c, j] += delta * row[j]
    return {"W1": dW / len(x), "b1": db / len(x)}
