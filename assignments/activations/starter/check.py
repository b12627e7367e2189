"""Compare your derivatives with measured slopes of your own functions. Needs only numpy.

    python check.py                  at numbers drawn at random
    python check.py arguments.npz    at the argument of a failed test, as downloaded

For each function it prints |a - b| / (|a| + |b|), with a your derivative and b the slopes.
For a right derivative this is below 1e-6, except at the kinks at 0, where there is none.
"""

import sys

import numpy as np

import activations

EPS = 1e-5
NAMES = ("linear", "hard_threshold", "logistic", "tanh", "relu", "soft_relu")


def read(path):
    """z of a failed call."""
    with np.load(path) as stored:
        return stored["arg0"]


def compare(name, z):
    """Print how far the derivative is from the slopes of the function at z."""
    function, derivative = getattr(activations, name), getattr(activations, f"{name}_derivative")
    sides = [function(z + EPS), function(z - EPS)]
    a = derivative(z.copy())
    if sides[0] is None or a is None:
        return print(f"{name}: {'the function' if sides[0] is None else 'the derivative'} returned None.")
    a, b = np.asarray(a, dtype=float), (np.asarray(sides[0], dtype=float) - sides[1]) / (2 * EPS)
    if a.shape != z.shape or b.shape != z.shape:
        return print(f"{name}: shapes {b.shape} and {a.shape} (derivative), expected {z.shape}")
    error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
    print(f"{name}: relative error {error:.1e}; largest derivative {np.abs(a).max():.6f}")


def main(arguments):
    z = read(arguments[0]) if arguments else np.random.default_rng(0).normal(0, 2, (3, 4))
    for name in NAMES:
        compare(name, z)


if __name__ == "__main__":
    main(sys.argv[1:])
