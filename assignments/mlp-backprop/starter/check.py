"""Compare your gradients with measured slopes of your own loss. Needs only numpy.

    python check.py                  a random net and batch
    python check.py arguments.npz    the arguments of a failed test, as downloaded

For each parameter it prints |a - b| / (|a| + |b|), with a your gradient and b the slopes.
For a right gradient this is below 1e-6; for a wrong one it is usually much larger.
"""

import sys

import numpy as np

import mlp

EPS = 1e-5


def draw(seed=0, sizes=(4, 5, 3), n=6):
    """params, x and t of a random case."""
    rng = np.random.default_rng(seed)
    d, m, k = sizes
    shapes = {"W1": (m, d), "b1": (m,), "W2": (k, m), "b2": (k,)}
    params = {name: rng.normal(0, 0.8, shape) for name, shape in shapes.items()}
    return params, rng.normal(size=(n, d)), rng.normal(size=(n, k))


def read(path):
    """params, x and t of a failed call; of many calls at once, the first."""
    with np.load(path) as stored:
        params = {key[5:]: stored[key] for key in stored if key.startswith("arg0.")}
        if params["W1"].ndim == 3:
            params = {key: value[0] for key, value in params.items()}
        t = stored["arg2"] if "arg2" in stored else None
        return params, stored["arg1"], t


def slopes(loss, params, x, t, name):
    """The slope of a loss of yours along each entry of one parameter, by central differences."""
    measured = np.zeros(params[name].shape)
    for index in np.ndindex(*params[name].shape):
        sides = []
        for step in (EPS, -EPS):
            moved = {key: value.copy() for key, value in params.items()}
            moved[name][index] += step
            sides.append(float(loss(moved, x.copy(), t.copy())))
        measured[index] = (sides[0] - sides[1]) / (2 * EPS)
    return measured


def compare(loss, backward, params, x, t):
    """Print how far the gradients are from the slopes of their loss."""
    print(f"{backward.__name__}, beside {loss.__name__}: {loss(params, x, t)}")
    gradients = backward(params, x, t)
    if gradients is None:
        return print(f"{backward.__name__} returned None.")
    for name in params:
        a, b = np.asarray(gradients[name]), slopes(loss, params, x, t, name)
        if a.shape != b.shape:
            print(f"{name}: shape {a.shape}, expected {b.shape}")
            continue
        error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
        worst = np.unravel_index(np.argmax(np.abs(a - b)), b.shape)
        place = ", ".join(map(str, worst))
        print(f"{name}: relative error {error:.1e}; worst entry [{place}] {a[worst]:.6f}, measured {b[worst]:.6f}")


def main(arguments):
    params, x, t = read(arguments[0]) if arguments else draw()
    print("forward:", np.shape(mlp.forward(params, x)))
    if t is None:
        return print("This call had no targets: there is no loss to differentiate.")
    compare(mlp.loss, mlp.backward, params, x, t)
    shares = np.exp(t) / np.exp(t).sum(axis=1, keepdims=True)  # targets that add up to 1
    compare(mlp.softmax_loss, mlp.softmax_backward, params, x, shares)


if __name__ == "__main__":
    main(sys.argv[1:])
