import numpy as np


def relu(a):
    return np.maximum(a, 0)


def softmax(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(params, x):
    a1 = x @ params["W1"].T + params["b1"]
    z1 = relu(a1)
    a2 = z1 @ params["W2"].T + params["b2"]
    return softmax(a2)


def loss(params, x, t):
    p = forward(params, x)
    return -np.sum(t * np.log(p)) / len(x)


def backward(params, x, t):
    a1 = x @ params["W1"].T + params["b1"]
    z1 = relu(a1)
    a2 = z1 @ params["W2"].T + params["b2"]
    p = softmax(a2)
    d2 = (p - t) / len(x)
    d1 = d2 @ params["W2"]
    d1 = d1 * (a1 > 0)
    return {"W1": d1.T @ x, "b1": d1.sum(0), "W2": d2.T @ z1, "b2": d2.sum(0)}
