"""Can a straight line separate two classes? One least-squares problem gives a proof of yes or no."""

import numpy as np


def nonnegative_least_squares(A, c):
    """lam >= 0 with the least |A lam - c|, by growing the set of unknowns that may be above 0."""
    lam, free = np.zeros(A.shape[1]), np.zeros(A.shape[1], dtype=bool)
    for _ in range(50 * A.shape[1]):
        slope = A.T @ (c - A @ lam)
        slope[free] = -np.inf
        best = int(np.argmax(slope))
        if slope[best] <= 1e-12:
            break
        free[best] = True
        while True:
            wanted = np.zeros_like(lam)
            wanted[free] = np.linalg.lstsq(A[:, free], c, rcond=None)[0]
            below = free & (wanted <= 0)
            if not below.any():
                break
            step = np.min(lam[below] / (lam[below] - wanted[below]))
            lam = lam + step * (wanted - lam)
            free &= lam > 1e-14
            lam[~free] = 0
        lam = wanted
    return lam


def solved(x, labels):
    """Weights of the points labelled 1, of those labelled 0, and the residual of (0, ..., 0, 1, 1)."""
    x = x - x.mean(axis=0)
    x = x / max(np.abs(x).max(), 1e-300)
    p, q = x[labels == 1], x[labels == 0]
    ones, none = np.ones, np.zeros
    top = np.hstack([p.T, -q.T])
    sums = [np.r_[ones(len(p)), none(len(q))], np.r_[none(len(p)), ones(len(q))]]
    A = np.vstack([top, *sums])
    c = np.r_[none(x.shape[1]), 1, 1]
    lam = nonnegative_least_squares(A, c)
    return lam[: len(p)], lam[len(p) :], c - A @ lam


def is_separable(x, labels):
    """True if a threshold on w . x + b can separate the classes."""
    return bool(np.linalg.norm(solved(x, labels)[2]) > 1e-7)


def separating_hyperplane(x, labels):
    """(w, b), or None if there is none."""
    rest = solved(x, labels)[2]
    if np.linalg.norm(rest) <= 1e-7:
        return None
    w = -rest[:-2]
    above, below = (x[labels == 1] @ w).min(), (x[labels == 0] @ w).max()
    return w, -(above + below) / 2


def convexity_witness(x, labels):
    """(p, q), convex weights that give the classes a common point, or None if there are none."""
    p, q, rest = solved(x, labels)
    return None if np.linalg.norm(rest) > 1e-7 else (p, q)
