"""Check your proofs. Needs only numpy.

    python check.py                  gates, clouds in the plane, patterns
    python check.py arguments.npz    the points of a failed test, as downloaded

For a hyperplane it prints the smallest w . x + b at points labelled 1 and the largest at those labelled 0; for
convex weights their sums, the smallest weight, and the distance between the two combinations. The
grading does the same in exact fractions, so look at the sign of small numbers.
"""

import sys

import numpy as np

import limits

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
A = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
B = [1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def sets():
    """(title, x, labels) of a few sets."""
    yield "AND", BITS, np.array([0, 0, 0, 1])
    yield "OR", BITS, np.array([0, 1, 1, 1])
    yield "XOR", BITS, np.array([0, 1, 1, 0])
    rng = np.random.default_rng(0)
    for title, apart in (("a gap", 3.0), ("clouds that overlap", 0.5)):
        x = rng.uniform(-1.0, 1.0, size=(20, 2))
        x[:10] += apart
        yield title, x, np.repeat([1, 0], 10)
    shifts = [np.roll(pattern, by) for pattern in (A, B) for by in range(16)]
    yield "A and B, translated", np.array(shifts, dtype=float), np.repeat([1, 0], 16)


def plain(values):
    return np.array([float(v) for v in np.ravel(np.asarray(values, dtype=object))])


def look(title, x, labels):
    """Print the results of the three functions for one set."""
    separable = limits.is_separable(x.copy(), labels.copy())
    plane = limits.separating_hyperplane(x.copy(), labels.copy())
    witness = limits.convexity_witness(x.copy(), labels.copy())
    print(f"{title}: is_separable returned {separable}.")
    if plane is None:
        print("  separating_hyperplane returned None.")
    else:
        z = x @ plain(plane[0]) + plain(plane[1])
        print(f"  smallest w . x + b labelled 1: {z[labels == 1].min():.6g}, largest labelled 0: {z[labels == 0].max():.6g}")
    if witness is None:
        print("  convexity_witness returned None.")
    else:
        p, q = plain(witness[0]), plain(witness[1])
        distance = np.abs(p @ x[labels == 1] - q @ x[labels == 0]).max()
        print(f"  sums {p.sum():.9g} and {q.sum():.9g}, smallest {min(p.min(), q.min()):.3g}, distance {distance:.1e}")


def main(arguments):
    if arguments:
        with np.load(arguments[0]) as stored:
            return look(arguments[0], stored["arg0"], stored["arg1"])
    for title, x, labels in sets():
        look(title, x, labels)


if __name__ == "__main__":
    main(sys.argv[1:])
