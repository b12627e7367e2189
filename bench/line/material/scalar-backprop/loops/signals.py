import math

import numpy as np


def logistic(z):
    if z < 0:
        return math.exp(z) / (1 + math.exp(z))
    return 1 / (1 + math.exp(-z))


def product_of_sum(x, y, z):
    q = x + y
    f = q * z
    return {"q": q, "f": f, "q_bar": z, "z_bar": q, "x_bar": z, "y_bar": z}


def least_squares(w, b, x, t):
    z = w * x + b
    y = logistic(z)
    L = (y - t) ** 2 / 2
    y_bar = y - t
    z_bar = y_bar * y * (1 - y)
    w_bar = z_bar * x
    b_bar = z_bar
    return {"z": z, "y": y, "L": L, "y_bar": y_bar, "z_bar": z_bar, "w_bar": w_bar, "b_bar": b_bar}


def regularised(w, b, x, t, lam):
    z = w * x + b
    y = logistic(z)
    L = (y - t) ** 2 / 2
    R = w**2 / 2
    L_reg = L + lam * R
    L_bar = 1.0
    R_bar = lam
    y_bar = L_bar * (y - t)
    z_bar = y_bar * y * (1 - y)
    w_bar = z_bar * x + R_bar * w
    b_bar = z_bar
    return {
        "z": z,
        "y": y,
        "L": L,
        "R": R,
        "L_reg": L_reg,
        "L_bar": L_bar,
        "R_bar": R_bar,
        "y_bar": y_bar,
        "z_bar": z_bar,
        "w_bar": w_bar,
        "b_bar": b_bar,
    }


def softmax_regression(W, b, x, t):
    k, d = W.shape
    z = np.zeros(k)
    for l in range(k):
        z[l] = b[l]
        for j in range(d):
            z[l] += W[l, j] * x[j]

    m = z[0]
    for l in range(1, k):
        if z[l] > m:
            m = z[l]
    y = np.zeros(k)
    total = 0.0
    for l in range(k):
        total += math.exp(z[l] - m)
    L = 0.0
    for l in range(k):
        y[l] = math.exp(z[l] - m) / total
        L -= t[l] * (z[l] - m - math.log(total))

    y_bar = np.zeros(k)
    for l in range(k):
        if t[l] != 0 and y[l] > 0:
            y_bar[l] = -t[l] / y[l]
    z_bar = np.zeros(k)
    W_bar = np.zeros((k, d))
    b_bar = np.zeros(k)
    for l in range(k):
        z_bar[l] = y[l] - t[l]
        b_bar[l] = z_bar[l]
        for j in range(d):
            W_bar[l, j] = z_bar[l] * x[j]
    return {"z": z, "y": y, "L": L, "y_bar": y_bar, "z_bar": z_bar, "W_bar": W_bar, "b_bar": b_bar}


def along_curve(t):
    x = math.cos(t)
    y = t * t
    e = math.exp(x * y)
    f = y + e
    f_bar = 1.0
    e_bar = f_bar
    y_bar = f_bar + e_bar * e * x
    x_bar = e_bar * e * y
    t_bar = 0.0
    for bar, slope in ((x_bar, -math.sin(t)), (y_bar, 2 * t)):
        t_bar += bar * slope
    return {"x": x, "y": y, "f": f, "x_bar": x_bar, "y_bar": y_bar, "t_bar": t_bar}
