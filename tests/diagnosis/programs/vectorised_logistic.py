# my mlp for assignment 2
import numpy as np


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def sigmoid_prime(v):
    s = sigmoid(v)
    return s * (1 - s)


def forward(params, x):
    z = x @ params["W1"].T + params["b1"]
    h = sigmoid(z)
    return h @ params["W2"].T + params["b2"]


def loss(params, x, t):
    y = forward(params, x)
    return 0.5 * np.sum((y - t) ** 2) / x.shape[0]


def backward(params, x, t):
    W2 = params["W2"]
    n = x.shape[0]
    z = x @ params["W1"].T + params["b1"]
    h = sigmoid(z)
    y = h @ W2.T + params["b2"]

    dy = (y - t) / n
    dW2 = dy.T @ h
    db2 = np.sum(dy, axis=0)
    dh = dy @ W2
    dz = dh * sigmoid_prime(z)
    dW1 = dz.T @ x
    db1 = np.sum(dz, axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
