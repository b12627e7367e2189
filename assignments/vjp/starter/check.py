"""Compare your products with measured slopes. Needs only numpy.

    python check.py

The sum of y_bar times y is a number whose slopes are the signals that your functions return. For each of
them it prints |a - b| / (|a| + |b|), with a your signal and b the slopes. If right, it is below 1e-6.
"""

import numpy as np

import vjp

EPS = 1e-5


def softmax(z):
    e = np.exp(z)
    return e / np.sum(e)


def network(W1, b1, W2, b2, x):
    return softmax(W2 @ np.tanh(W1 @ x + b1) + b2)


def slopes(function, arguments, place, y_bar):
    """The slope of sum(y_bar * y) along each entry of one argument."""
    measured = np.zeros(arguments[place].shape)
    for index in np.ndindex(*measured.shape):
        sides = []
        for step in (EPS, -EPS):
            moved = [value.copy() for value in arguments]
            moved[place][index] += step
            sides.append(float(np.sum(y_bar * function(*moved))))
        measured[index] = (sides[0] - sides[1]) / (2 * EPS)
    return measured


def compare(title, function, arguments, answer, names, rng):
    """Print the errors of one VJP; `answer` returns its signals for y_bar."""
    y_bar = rng.normal(size=np.shape(function(*arguments)))
    found = answer(y_bar.copy())
    if found is None:
        return print(f"{title} returned None.")
    found = found if isinstance(found, (tuple, list, dict)) else (found,)
    for place, name in enumerate(names):
        a = np.asarray(found[name] if isinstance(found, dict) else found[place], dtype=float)
        b = slopes(function, arguments, place, y_bar)
        if a.shape != b.shape:
            print(f"{title} {name}: shape {a.shape}, expected {b.shape}")
            continue
        error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-300)
        print(f"{title} {name}: relative error {error:.1e}; measured norm {np.linalg.norm(b):.6f}")


def main():
    rng = np.random.default_rng(0)
    W, x, z = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=5)
    wide, tall = rng.normal(size=(2, 4)), rng.normal(size=(2, 1))
    net = [rng.normal(size=shape) for shape in [(5, 4), (5,), (3, 5), (3,), (4,)]]
    ends = ("W1_bar", "b1_bar", "W2_bar", "b2_bar", "x_bar")
    curves = {"exp": np.exp, "logistic": lambda v: 1 / (1 + np.exp(-v)), "tanh": np.tanh}
    compare("matvec", lambda W, x: W @ x, [W, x], lambda bar: vjp.matvec_vjp(W, x, bar), ("W_bar", "x_bar"), rng)
    for name, curve in curves.items():
        compare(name, curve, [z], lambda bar, name=name: vjp.elementwise_vjp(name, z, bar), ("z_bar",), rng)
    compare("softmax", softmax, [z], lambda bar: vjp.softmax_vjp(z, bar), ("z_bar",), rng)
    compare("add", np.add, [wide, tall], lambda bar: vjp.add_vjp(wide, tall, bar), ("a_bar", "b_bar"), rng)
    compare("chain", network, net, lambda bar: vjp.chain_vjp(*net, bar), ends, rng)


if __name__ == "__main__":
    main()
