"""A class with a perceptron in it; nearest points by steps between two points at a time."""

import numpy as np


class Perceptron:
    """Perceptron steps for the worst point, on scaled points with a 1 added, until done or out of steps."""

    def __init__(self, x, labels, patience=30_000):
        self.mean = x.mean(axis=0)
        size = np.sqrt(max(np.sum((x - self.mean) ** 2, axis=1)))
        self.size = size
        signs = np.where(labels == 1, 1.0, -1.0)
        self.z = np.column_stack([(x - self.mean) / size, np.ones(len(x))]) * signs[:, None]
        v, gram = np.zeros(self.z.shape[0]), self.z @ self.z.T
        self.converged = False
        for _ in range(patience):
            worst = v.argmin()
            if v[worst] > 1e-6:
                self.converged = True
                break
            v = v + gram[worst]
        self.alpha = None
        weights = np.linalg.lstsq(self.z, v, rcond=None)[0]
        self.w, self.b = weights[:-1] / size, weights[-1] - weights[:-1] @ self.mean / size


def is_separable(x, labels):
    return int(Perceptron(x, labels).converged)


def separating_hyperplane(x, labels):
    p = Perceptron(x, labels)
    return [p.w.reshape(-1, 1), np.array([p.b])] if p.converged else None


def convexity_witness(x, labels):
    """Nearest points by pairwise steps, then polished on the points that count."""
    a, b = x[labels == 1] * 1.0, x[labels == 0] * 1.0
    m = x.mean(axis=0)
    s = np.abs(x - m).max()
    a, b = (a - m) / s, (b - m) / s
    p, q = np.full(len(a), 1 / len(a)), np.full(len(b), 1 / len(b))
    for _ in range(15_000):
        gap = p @ a - q @ b
        for weights, points, sign in ((p, a, 1), (q, b, -1)):
            gap = p @ a - q @ b
            f = sign * (points @ gap)
            i = f.argmin()
            j = np.where(weights > 0, f, -np.inf).argmax()
            step = points[i] - points[j]
            n = step @ step
            if n == 0:
                continue
            t = min(max((f[j] - f[i]) / n, 0), weights[j])
            weights[i] += t
            weights[j] -= t
        if np.linalg.norm(gap) < 1e-13:
            break
    if np.linalg.norm(p @ a - q @ b) > 1e-3:
        return None
    keep_p, keep_q = p > 1e-6, q > 1e-6
    top = np.hstack([a[keep_p].T, -b[keep_q].T])
    first = np.arange(top.shape[1]) < keep_p.sum()
    A = np.vstack([top, first, ~first])
    start = np.r_[p[keep_p], q[keep_q]]
    c = np.r_[np.zeros(x.shape[1]), 1, 1]
    lam = start + np.linalg.lstsq(A, c - A @ start, rcond=None)[0]
    P, Q = np.zeros(len(a)), np.zeros(len(b))
    P[keep_p], Q[keep_q] = lam[: keep_p.sum()], lam[keep_p.sum() :]
    return P.tolist(), Q.tolist()
