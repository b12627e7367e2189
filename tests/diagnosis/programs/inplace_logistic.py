import numpy as np

# work arrays are made once and written into


def sigmoid_(a):
    np.negative(a, out=a)
    np.exp(a, out=a)
    a += 1
    np.reciprocal(a, out=a)
    return a


def forward(params, x):
    h = sigmoid_(x @ params["W1"].T + params["b1"])
    y = h @ params["W2"].T
    y += params["b2"]
    return y


def loss(params, x, t):
    d = forward(params, x)
    d -= t
    d *= d
    return d.sum() / (2 * x.shape[0])


def backward(params, x, t):
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    h = sigmoid_(x @ params["W1"].T + params["b1"])
    delta = h @ params["W2"].T
    delta += params["b2"]
    delta -= t
    delta /= x.shape[0]
    grads["b2"] += delta.sum(axis=0)
    grads["W2"] += delta.T @ h
    back = delta @ params["W2"]
    back *= h
    h *= -1
    h += 1
    back *= h
    grads["b1"] += back.sum(axis=0)
    grads["W1"] += back.T @ x
    return grads
