"""One gradient at a point moved by a tiny imaginary step: no subtraction, so no digits are lost."""

import numpy as np

H = 1e-200


def sigma(z):
    near = np.exp(np.where(z.real < 0, z, -z))
    return np.where(z.real < 0, near, 1) / (1 + near)


def logistic_gradient(w, b, x, t):
    n = x.shape[0]
    y = sigma(np.dot(x, w) + b)
    e = (y - t) * (y - y * y)
    return [np.dot(x.T, e) / n, np.mean(e)]


def logistic_hvp(w, b, v_w, v_b, x, t):
    at_w, at_b = logistic_gradient(w + 1j * H * v_w, b + 1j * H * v_b, x, t)
    return [at_w.imag / H, at_b.imag / H]


def mlp_gradient(params, x, t):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    h = sigma(np.dot(x, W1.T) + b1)
    d2 = (np.dot(h, W2.T) + b2 - t) / x.shape[0]
    d1 = np.dot(d2, W2) * (h - h * h)
    return dict(W1=np.dot(d1.T, x), b1=d1.sum(0), W2=np.dot(d2.T, h), b2=d2.sum(0))


def mlp_hvp(params, v, x, t):
    moved = {k: params[k] + 1j * H * v[k] for k in params}
    return {k: g.imag / H for k, g in mlp_gradient(moved, x, t).items()}
