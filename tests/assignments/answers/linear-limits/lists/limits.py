"""Only loops and lists: a simplex method with floats that returns single precision and nested lists."""

from numpy import float32, int64


def prepared(x, labels):
    rows = [[float(v) for v in row] for row in x]
    d, n = len(rows[0]), len(rows)
    mean = [sum(row[j] for row in rows) / n for j in range(d)]
    size = max(abs(row[j] - mean[j]) for row in rows for j in range(d))
    rows = [[(row[j] - mean[j]) / size for j in range(d)] for row in rows]
    ones = [row for row, label in zip(rows, labels, strict=True) if label]
    others = [row for row, label in zip(rows, labels, strict=True) if not label]
    return ones, others


def pivot(body, leave, enter):
    scale = body[leave][enter]
    body[leave] = [v / scale for v in body[leave]]
    for i in range(len(body)):
        factor = body[i][enter]
        if i != leave and factor != 0.0:
            body[i] = [v - factor * u for v, u in zip(body[i], body[leave], strict=True)]


def simplex(x, labels):
    """The weights, the remaining error and the dual prices of the equations, by Bland's rule."""
    ones, others = prepared(x, labels)
    d, columns = len(ones[0]), [[*p, 1.0, 0.0] for p in ones] + [[*(-v for v in q), 0.0, 1.0] for q in others]
    m, n = d + 2, len(columns)
    body = [[c[i] for c in columns] + [float(i == j) for j in range(m)] + [float(i >= d)] for i in range(m)]
    body.append([sum(body[i][j] for i in range(m)) for j in range(n + m + 1)])
    for j in range(m):
        body[m][n + j] = 0.0
    basis = [n + i for i in range(m)]
    for _ in range(5000):
        enter = next((j for j in range(n) if body[m][j] > 1e-10), None)
        if enter is None or body[m][-1] < 1e-12:
            break
        ratios = [(body[i][-1] / body[i][enter], basis[i], i) for i in range(m) if body[i][enter] > 1e-10]
        leave = min(ratios)[2]
        pivot(body, leave, enter)
        basis[leave] = enter
    weights = [0.0] * n
    for i, j in enumerate(basis):
        if j < n:
            weights[j] = max(body[i][-1], 0.0)
    return weights[: len(ones)], weights[len(ones) :], body[m][-1], [1.0 + v for v in body[m][n : n + d]]


def is_separable(x, labels):
    return int64(simplex(x, labels)[2] > 1e-8)


def separating_hyperplane(x, labels):
    _, _, left, prices = simplex(x, labels)
    if left <= 1e-8:
        return None
    w = [-v for v in prices]
    z = [sum(a * float(v) for a, v in zip(w, row, strict=True)) for row in x]
    above = min(v for v, label in zip(z, labels, strict=True) if label)
    below = max(v for v, label in zip(z, labels, strict=True) if not label)
    return [[w], [-(above + below) / 2]]


def convexity_witness(x, labels):
    p, q, left, _ = simplex(x, labels)
    return None if left > 1e-8 else ([float32(v) for v in p], [[float32(v)] for v in q])
