"""Feature maps: XOR made separable, polynomials fitted, a degree chosen."""

import numpy as np


def xor_features(x):
    """psi (n, 3) of points x (n, 2)."""
    return np.column_stack([x, x[:, 0] * x[:, 1]])


def powers(x, degree):
    return np.vander(x, degree + 1, increasing=True)


def fit_polynomial(x, t, degree):
    """w (degree + 1,) with the least squared error; each feature scaled to length 1 first."""
    psi = powers(x, degree)
    length = np.sqrt(np.sum(psi**2, axis=0))
    length[length == 0] = 1
    return np.linalg.lstsq(psi / length, t, rcond=None)[0] / length


def predict(w, x):
    """y = w . psi(x), of shape (n,)."""
    return powers(x, len(w) - 1) @ w


def error(w, x, t):
    return np.mean((predict(w, x) - t) ** 2) / 2


def select_degree(x_train, t_train, x_val, t_val, degrees):
    """The degree with the smallest validation error, and both errors of every degree."""
    fits = [fit_polynomial(x_train, t_train, degree) for degree in degrees]
    training = np.array([error(w, x_train, t_train) for w in fits])
    validation = np.array([error(w, x_val, t_val) for w in fits])
    return degrees[int(np.argmin(validation))], training, validation
