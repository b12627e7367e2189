"""Compare your gradients with measured slopes of the cost, and your products with differences of your
gradients. Needs only numpy.

    python check.py

For each part it prints |a - b| / (|a| + |b|), with a your result and b the measured one. If right, it is below 1e-6.
The products are compared with differences of your gradients, so check the gradients first.
"""

import numpy as np

import hvp

EPS = 1e-5


def sigma(z):
    return 1 / (1 + np.exp(-z))


def cost(at, x, t):
    """The average over the rows of 1/2 (y - t)^2, of the model with the parameters in `at`."""
    if "w" in at:
        return float(np.mean((sigma(x @ at["w"] + at["b"]) - t) ** 2) / 2)
    y = sigma(x @ at["W1"].T + at["b1"]) @ at["W2"].T + at["b2"]
    return float(np.sum((y - t) ** 2) / (2 * len(x)))


def gradient(at, x, t):
    if "W1" in at:
        return hvp.mlp_gradient({key: part.copy() for key, part in at.items()}, x.copy(), t.copy())
    found = hvp.logistic_gradient(at["w"].copy(), float(at["b"]), x.copy(), t.copy())
    return None if found is None else dict(zip(("w", "b"), found))


def product(at, v, x, t):
    if "W1" in at:
        return hvp.mlp_hvp(at, v, x, t)
    found = hvp.logistic_hvp(at["w"], float(at["b"]), v["w"], float(v["b"]), x, t)
    return None if found is None else dict(zip(("w", "b"), found))


def moved(at, along, step):
    return {key: part + step * along[key] for key, part in at.items()}


def slopes(at, x, t):
    """The slope of the cost along each entry of each parameter."""
    measured = {}
    for key, part in at.items():
        measured[key] = np.zeros(np.shape(part))
        for index in np.ndindex(*np.shape(part)):
            along = {name: np.zeros(np.shape(value)) for name, value in at.items()}
            along[key][index] = 1.0
            measured[key][index] = (cost(moved(at, along, EPS), x, t) - cost(moved(at, along, -EPS), x, t)) / (2 * EPS)
    return measured


def compare(title, found, measured):
    for key, b in measured.items():
        a = np.asarray(found[key], dtype=float)
        if a.shape != b.shape:
            print(f"{title} {key}: shape {a.shape}, expected {b.shape}")
            continue
        error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
        print(f"{title} {key}: relative error {error:.1e}; measured norm {np.linalg.norm(b):.6f}")


def check(title, at, t, rng):
    x = rng.normal(size=(len(t), 4))
    v = {key: rng.normal(size=np.shape(part)) for key, part in at.items()}
    found = gradient(at, x, t)
    if found is None:
        return print(f"{title} gradient returned None.")
    compare(f"{title} gradient", found, slopes(at, x, t))
    found = product(at, v, x, t)
    if found is None:
        return print(f"{title} product returned None.")
    ahead, behind = gradient(moved(at, v, EPS), x, t), gradient(moved(at, v, -EPS), x, t)
    compare(f"{title} product", found, {key: np.asarray(ahead[key] - behind[key]) / (2 * EPS) for key in at})


def main():
    rng = np.random.default_rng(0)
    shapes = {"W1": (5, 4), "b1": (5,), "W2": (3, 5), "b2": (3,)}
    check("logistic", {"w": rng.normal(size=4), "b": np.float64(0.3)}, rng.uniform(-1, 2, size=6), rng)
    check("mlp", {key: rng.normal(size=shape) for key, shape in shapes.items()}, rng.normal(size=(6, 3)), rng)


if __name__ == "__main__":
    main()
