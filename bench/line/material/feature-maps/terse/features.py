import numpy as np

V = lambda x, d: x[:, None] ** np.arange(d + 1)
J = lambda w, x, t: ((predict(w, x) - t) ** 2).mean() / 2


def xor_features(x):
    return np.c_[x, np.einsum("i,i->i", *x.T)]


def fit_polynomial(x, t, degree):
    A = V(x, degree)
    s = np.sqrt((A * A).sum(0))
    return np.linalg.lstsq(A / s, t, rcond=None)[0] / s


def predict(w, x):
    return np.einsum("nj,j->n", V(x, len(w) - 1), w)


def select_degree(x_train, t_train, x_val, t_val, degrees):
    W = [fit_polynomial(x_train, t_train, d) for d in degrees]
    a, b = [np.array([J(w, x, t) for w in W]) for x, t in ((x_train, t_train), (x_val, t_val))]
    return min(d for d, e in zip(degrees, b) if e == b.min()), a, b
