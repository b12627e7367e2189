"""Compare the last of your error signals with measured slopes of your own values. Needs only numpy.

    python check.py

For each argument of each function it prints |a - b| / (|a| + |b|), with a your error signal and b
the slope of your own f or loss. If right, it is below 1e-6. If one is wrong, look at the signals before it.
"""

import numpy as np

import signals

EPS = 1e-5


def examples():
    """(function, end of its graph, its arguments by name, how many of them have a signal)."""
    rng = np.random.default_rng(0)
    w, b, x = rng.normal(size=3)
    hot = np.array([0.0, 1.0, 0.0])
    matrix = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=3), "x": rng.normal(size=4), "t": hot}
    line = {"w": w, "b": b, "x": x, "t": 1.0}
    yield signals.product_of_sum, "f", {"x": -1.0, "y": 2.0, "z": -3.0}, 3
    yield signals.least_squares, "L", line, 2
    yield signals.regularised, "L_reg", {**line, "lam": 0.3}, 2
    yield signals.softmax_regression, "L", matrix, 2
    yield signals.along_curve, "f", {"t": 0.8}, 1


def slopes(function, end, arguments, name):
    """The slope of the end of the graph along each entry of one argument."""
    value = np.asarray(arguments[name], dtype=float)
    measured = np.zeros(value.shape)
    for index in np.ndindex(*value.shape):
        sides = []
        for step in (EPS, -EPS):
            moved = value.copy()
            moved[index] += step
            moved = moved if value.ndim else float(moved)
            sides.append(float(function(**{**arguments, name: moved})[end]))
        measured[index] = (sides[0] - sides[1]) / (2 * EPS)
    return measured


def main():
    for function, end, arguments, count in examples():
        found = function(**arguments)
        if found is None:
            print(f"{function.__name__} returned None.")
            continue
        for name in list(arguments)[:count]:
            a, b = np.asarray(found[f"{name}_bar"], dtype=float), slopes(function, end, arguments, name)
            if a.shape != b.shape:
                print(f"{function.__name__} {name}_bar: shape {a.shape}, expected {b.shape}")
                continue
            error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
            print(f"{function.__name__} {name}_bar: relative error {error:.1e}; measured {np.round(b, 4).tolist()}")


if __name__ == "__main__":
    main()
