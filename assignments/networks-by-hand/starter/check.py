"""Look at your networks before you submit them. Needs only numpy.

    python check.py

Prints the truth tables of your gates and of small circuits, and the errors of sharpened and approximating
nets. Decide for yourself what the right output is.
"""

import numpy as np

import circuits
import gates

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def layers(params):
    return [(np.asarray(params[f"W{i}"]), np.asarray(params[f"b{i}"])) for i in range(1, len(params) // 2 + 1)]


def threshold(z):
    return (z > 0).astype(float)


def logistic(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def run(params, x, units):
    """Every layer's values, all with the same units."""
    found = []
    for w, b in layers(params):
        x = units(x @ w.T + b)
        found.append(x)
    return found


def look_at_gates():
    for name in ("and_net", "or_net", "not_net", "xor_net", "other_xor_net"):
        params = getattr(gates, name)()
        if params is None:
            print(f"{name} returned None.")
            continue
        x = BITS[[0, 2]][:, :1] if name == "not_net" else BITS
        for number, values in enumerate(run(params, x, threshold), start=1):
            print(f"{name}, layer {number}: {['/'.join(f'{v:g}' for v in unit) for unit in values.T]}")


def look_at_circuits():
    """Computes the units one after the other; inputs have the first numbers."""
    compiled = circuits.compile_circuit(2, [("xor", [0, 1]), ("not", [2])])
    if compiled is None:
        print("compile_circuit returned None.")
        return
    values = list(BITS.T)
    for sources, weights, bias in compiled:
        values.append(threshold(sum(w * values[s] for s, w in zip(sources, weights)) + bias))
    print(f"not xor, {len(compiled)} units: {values[-1]}")


def look_at_sharpened():
    params = {"W1": np.array([[1.0, 1.0]]), "b1": np.array([-0.3])}
    for error in (0.1, 0.001):
        sharp = circuits.sharpen({k: v.copy() for k, v in params.items()}, BITS, error)
        if sharp is None:
            print("sharpen returned None.")
            return
        off = np.abs(run(sharp, BITS, logistic)[-1] - run(params, BITS, threshold)[-1]).max()
        print(f"sharpen: largest difference {off:.2g}, asked for {error:g}")


def look_at_approximations():
    x = np.linspace(0.0, 3.0, 1001)
    for unit, units in (("step", threshold), ("relu", lambda z: np.maximum(z, 0.0))):
        params = circuits.approximate(np.sin, (0.0, 3.0), 1.0, 0.05, unit)
        if params is None:
            print("approximate returned None.")
            return
        (w1, b1), (w2, b2) = layers(params)
        y = units(x[:, np.newaxis] @ w1.T + b1) @ w2.T + b2
        print(f"approximate, {unit}: {len(b1)} units, largest difference {np.abs(y[:, 0] - np.sin(x)).max():.3g}")


if __name__ == "__main__":
    look_at_gates()
    look_at_circuits()
    look_at_sharpened()
    look_at_approximations()
