import math

import numpy as np


def xor_features(x):
    psi = []
    for row in x:
        psi.append([row[0], row[1], row[0] * row[1]])
    return np.array(psi)


def columns_of_powers(x, degree):
    """A list for each power, and in it a number for each point."""
    columns = []
    for j in range(degree + 1):
        column = []
        for i in range(len(x)):
            p = 1.0
            for _ in range(j):
                p *= x[i]
            column.append(p)
        columns.append(column)
    return columns


def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s


def fit_polynomial(x, t, degree):
    """Gram-Schmidt on the columns and on the targets, then the triangular equations."""
    q = columns_of_powers(x, degree)
    n, count = len(x), degree + 1
    rest = [float(v) for v in t]
    R = np.zeros((count, count))
    c = np.zeros(count)
    for j in range(count):
        R[j, j] = math.sqrt(dot(q[j], q[j]))
        for i in range(n):
            q[j][i] /= R[j, j]
        for k in range(j + 1, count):
            R[j, k] = dot(q[j], q[k])
            for i in range(n):
                q[k][i] -= R[j, k] * q[j][i]
        c[j] = dot(q[j], rest)
        for i in range(n):
            rest[i] -= c[j] * q[j][i]

    w = np.zeros(count)
    for j in range(count - 1, -1, -1):
        s = c[j]
        for k in range(j + 1, count):
            s -= R[j, k] * w[k]
        w[j] = s / R[j, j]
    return w


def predict(w, x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        p = 1.0
        for j in range(len(w)):
            y[i] += w[j] * p
            p *= x[i]
    return y


def error(y, t):
    total = 0.0
    for i in range(len(t)):
        total += 0.5 * (y[i] - t[i]) ** 2
    return total / len(t)


def select_degree(x_train, t_train, x_val, t_val, degrees):
    training, validation = [], []
    best = None
    smallest = math.inf
    for degree in degrees:
        w = fit_polynomial(x_train, t_train, degree)
        training.append(error(predict(w, x_train), t_train))
        e = error(predict(w, x_val), t_val)
        validation.append(e)
        if e < smallest or (e == smallest and degree < best):
            smallest = e
            best = degree
    return best, np.array(training), np.array(validation)
