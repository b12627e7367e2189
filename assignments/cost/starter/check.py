"""Compare your gradient with measured slopes, and see how its time grows. Needs only numpy.

    python check.py

For each parameter it prints |a - b| / (|a| + |b|), with a your gradient and b the slopes of the cost.
For a right gradient this is below 1e-6.
"""

import time

import numpy as np

import cost

EPS = 1e-5
TABLE = {"count_forward": {1: 35, 32: 1120}, "count_backward": {1: 50, 32: 1600}}  # in the handout


def net(rng, sizes, n):
    """params, x and t of a network of these sizes."""
    params = {}
    for layer in range(1, len(sizes)):
        params[f"W{layer}"] = rng.normal(size=(sizes[layer], sizes[layer - 1])) / np.sqrt(sizes[layer - 1])
        params[f"b{layer}"] = rng.normal(size=sizes[layer])
    return params, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def average_loss(params, x, t):
    y = x
    for layer in range(1, len(params) // 2 + 1):
        if layer > 1:
            y = 1 / (1 + np.exp(-y))
        y = y @ params[f"W{layer}"].T + params[f"b{layer}"]
    return float(np.sum((y - t) ** 2) / (2 * len(x)))


def slopes(params, x, t, name):
    measured = np.zeros(params[name].shape)
    for index in np.ndindex(*measured.shape):
        sides = []
        for step in (EPS, -EPS):
            moved = {key: part.copy() for key, part in params.items()}
            moved[name][index] += step
            sides.append(average_loss(moved, x, t))
        measured[index] = (sides[0] - sides[1]) / (2 * EPS)
    return measured


def check_gradient(title, point):
    found = cost.backward(*point)
    if found is None:
        return print(f"{title}: backward returned None.")
    for name in point[0]:
        a, b = np.asarray(found[name], dtype=float), slopes(*point, name)
        if a.shape != b.shape:
            print(f"{title} {name}: shape {a.shape}, expected {b.shape}")
            continue
        error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
        print(f"{title} {name}: relative error {error:.1e}; measured norm {np.linalg.norm(b):.6f}")


def seconds(rng, sizes, n):
    point = net(rng, sizes, n)
    start = time.perf_counter()
    cost.backward(*point)
    return time.perf_counter() - start


def check_growth(title, rng, small, large):
    ratios = []
    for _ in range(5):
        before = seconds(rng, *small)
        ratios.append(seconds(rng, *large) / max(before, 1e-9))
    print(f"{title}: {np.median(ratios):.1f} times the time")


def main():
    rng = np.random.default_rng(0)
    for name, table in TABLE.items():
        for n, expected in table.items():
            found = getattr(cost, name)([4, 5, 3], n)
            print(f"{name}([4, 5, 3], {n}) returned {found}.", "" if found == expected else f"expected {expected}")
    check_gradient("4-5-3", net(rng, [4, 5, 3], 6))
    check_gradient("3-4-2-2", net(rng, [3, 4, 2, 2], 6))
    if cost.backward(*net(rng, [3, 2, 2], 4)) is not None:
        check_growth("14 to 386 parameters", rng, ([3, 2, 2], 1000), ([3, 64, 2], 1000))
        check_growth("16 to 1,024 rows", rng, ([3, 4, 2], 16), ([3, 4, 2], 1024))


if __name__ == "__main__":
    main()
