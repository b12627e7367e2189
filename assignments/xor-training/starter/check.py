"""Look at your training on your own computer. Needs only numpy.

    python check.py                  one step against measured slopes, ten starts of XOR,
                                     the patterns, and the digits if digits.npz is here
    python check.py arguments.npz    one step from the parameters of a failed test, as downloaded

One step of gradient descent moves every parameter by -learning_rate times its gradient. So
the gradient that your code used can be read from the step, and compared with the slopes of
the loss. |a - b| / (|a| + |b|) is below 1e-6 where they agree.
"""

import os
import sys

import numpy as np

import xor

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])
A, B = [0, 1, 2, 3], [0, 1, 4, 6]
EPS = 1e-5


def copied(params):
    return {name: np.array(value, dtype=float) for name, value in params.items()}


def cost(params, x, t):
    """Half the squared error, averaged over the rows, of the result of predict."""
    return float(np.mean(np.sum((xor.predict(copied(params), x.copy()) - t) ** 2, axis=1)) / 2)


def slope(params, x, t, name, index):
    """The slope of the cost along one entry of one parameter."""
    sides = []
    for step in (EPS, -EPS):
        moved = copied(params)
        moved[name][index] += step
        sides.append(cost(moved, x, t))
    return (sides[0] - sides[1]) / (2 * EPS)


def one_step(params, x, t, rate=0.1):
    after, _ = xor.train(copied(params), x.copy(), t.copy(), 1, rate)
    for name, before in params.items():
        used = (before - np.asarray(after[name])) / rate
        measured = np.array([slope(params, x, t, name, i) for i in np.ndindex(*before.shape)])
        measured = measured.reshape(before.shape)
        size = np.linalg.norm(used) + np.linalg.norm(measured) + 1e-300
        print(f"{name}: relative error {np.linalg.norm(used - measured) / size:.1e}")


def ten_starts():
    for seed in range(10):
        params, losses = xor.train(xor.init_params(np.random.default_rng(seed)), X.copy(), T.copy())
        y = np.round(np.ravel(xor.predict(params, X.copy())), 2)
        print(f"start {seed}: {len(losses) - 1} steps, loss {losses[0]:.3f} to {losses[-1]:.2e}, y = {y}")


def patterns():
    """x (32, 16), all translations of A, then of B, and t (32, 1), 1 for A."""
    x = np.zeros((32, 16))
    for by in range(16):
        x[by, (np.array(A) + by) % 16] = 1.0
        x[16 + by, (np.array(B) + by) % 16] = 1.0
    return x, np.repeat([[1.0], [0.0]], 16, axis=0)


def try_patterns():
    x, t = patterns()
    for seed in range(5):
        learned = xor.learn_patterns(np.random.default_rng(seed), x.copy(), t.copy())
        if learned is None:
            return print("learn_patterns returned None.")
        params, losses = learned
        right = int(np.sum((xor.predict(params, x.copy()) > 0.5) == (t > 0.5)))
        print(f"patterns, start {seed}: {right} of 32 right, loss {losses[0]:.3f} to {losses[-1]:.2e}")


def digits(path="digits.npz"):
    """x, t, x_val, t_val: pictures as numbers from 0 to 1, targets one-hot."""
    with np.load(path) as stored:
        x, x_val = stored["x_train"] / 16.0, stored["x_validation"] / 16.0
        return x, np.eye(10)[stored["digits_train"]], x_val, np.eye(10)[stored["digits_validation"]]


def right(params, x, t):
    return float(np.mean(np.argmax(xor.predict(params, x.copy()), axis=1) == np.argmax(t, axis=1)))


def try_digits():
    x, t, x_val, t_val = digits()
    learned = xor.learn_digits(np.random.default_rng(0), x.copy(), t.copy(), x_val.copy(), t_val.copy())
    if learned is None:
        return print("learn_digits returned None.")
    params, losses, losses_val = learned
    for place in np.unique(np.linspace(0, len(losses) - 1, 8).astype(int)):
        print(f"digits, entry {place}: loss {losses[place]:.3f}, on the validation set {losses_val[place]:.3f}")
    print(f"digits: {right(params, x, t):.0%} right, on the validation set {right(params, x_val, t_val):.0%}")


def read(path):
    """params, x and t of a failed call; of many calls at once, the first."""
    with np.load(path) as stored:
        params = {key[5:]: stored[key] for key in stored if key.startswith("arg0.")}
        if params["W1"].ndim == 3:
            params = {name: value[0] for name, value in params.items()}
        return params, stored["arg1"] if "arg1" in stored else X, stored["arg2"] if "arg2" in stored else T


def main(arguments):
    if xor.train(xor.init_params(np.random.default_rng(0)), X.copy(), T.copy()) is None:
        return print("train returned None.")
    if arguments:
        return one_step(*read(arguments[0]))
    one_step(copied(xor.init_params(np.random.default_rng(0))), X, T)
    ten_starts()
    try_patterns()
    if os.path.exists("digits.npz"):
        try_digits()


if __name__ == "__main__":
    main(sys.argv[1:])
