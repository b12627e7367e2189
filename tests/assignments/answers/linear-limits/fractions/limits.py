"""Exact: a simplex method with fractions and loops that returns fractions."""

from fractions import Fraction as F


def tableau(x, labels):
    d = len(x[0])
    ones = [i for i in range(len(x)) if labels[i] == 1]
    others = [i for i in range(len(x)) if labels[i] != 1]
    rows = [[F(float(x[i][j])) for i in ones] + [-F(float(x[i][j])) for i in others] for j in range(d)]
    rows += [[F(1)] * len(ones) + [F(0)] * len(others), [F(0)] * len(ones) + [F(1)] * len(others)]
    return rows, [F(0)] * d + [F(1), F(1)], len(ones)


def phase_one(rows, c):
    m, n = len(rows), len(rows[0])
    body = [row + [F(int(i == j)) for j in range(m)] + [c[i]] for i, row in enumerate(rows)]
    cost = [sum(col) for col in zip(*body, strict=True)]
    for j in range(m):
        cost[n + j] = F(0)
    basis = [n + i for i in range(m)]
    while True:
        enter = next((j for j in range(n) if cost[j] > 0), None)
        if enter is None or cost[-1] == 0:
            break
        leave = min((body[i][-1] / body[i][enter], basis[i], i) for i in range(m) if body[i][enter] > 0)[2]
        pivot = body[leave][enter]
        body[leave] = [v / pivot for v in body[leave]]
        for i in range(m):
            if i != leave and body[i][enter] != 0:
                f = body[i][enter]
                body[i] = [v - f * u for v, u in zip(body[i], body[leave], strict=True)]
        f = cost[enter]
        cost = [v - f * u for v, u in zip(cost, body[leave], strict=True)]
        basis[leave] = enter
    lam = [F(0)] * n
    for i, j in enumerate(basis):
        if j < n:
            lam[j] = body[i][-1]
    return lam, cost[-1], [1 + v for v in cost[n:-1]]


def is_separable(x, labels):
    rows, c, _ = tableau(x, labels)
    return phase_one(rows, c)[1] > 0


def separating_hyperplane(x, labels):
    rows, c, _ = tableau(x, labels)
    _, left, y = phase_one(rows, c)
    if left == 0:
        return None
    return [-v for v in y[:-2]], (y[-1] - y[-2]) / 2


def convexity_witness(x, labels):
    rows, c, k = tableau(x, labels)
    lam, left, _ = phase_one(rows, c)
    return None if left > 0 else (lam[:k], lam[k:])
