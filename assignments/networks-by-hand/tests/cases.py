"""Nets, circuits and functions to ask for, with the values that they compute."""

import numpy as np
from nets import bits

from reference import boolean, mlp
from reference.activations import HARD_THRESHOLD, LINEAR

OPERATIONS = {
    "not": lambda parts: 1.0 - parts[0],
    "and": lambda parts: np.min(parts, axis=0),
    "or": lambda parts: np.max(parts, axis=0),
    "xor": lambda parts: np.abs(parts[0] - parts[1]),
}


def truth(inputs, gates):
    """The last gate's value at every row of bits(inputs)."""
    values = list(bits(inputs).T)
    for name, sources in gates:
        values.append(OPERATIONS[name]([values[source] for source in sources]))
    return values[-1]


def circuit(rng, inputs, count):
    """Random gates; the last ones use the gates that no other uses, so that most of them matter."""
    gates, unused = [], set(range(inputs))
    for number in range(count):
        name = str(rng.choice(["not", "and", "or", "xor", "xor"]))
        parts = {"not": 1, "xor": 2}.get(name, int(rng.integers(2, 5)))
        pool = list(unused) if number >= count // 2 and len(unused) >= parts else range(inputs + number)
        sources = [int(s) for s in rng.choice(np.array(sorted(pool)), size=parts, replace=name != "xor")]
        gates.append((name, sources))
        unused = (unused - set(sources)) | {inputs + number}
    rest = sorted(unused)
    while len(rest) > 1:
        gates.append(("xor", rest[:2]))
        rest = [*rest[2:], inputs + len(gates) - 1]
    return gates


def parity(rng, inputs):
    """Xors of inputs and of earlier xors, each used once, in a drawn order."""
    parts, gates = list(range(inputs)), []
    while len(parts) > 1:
        gates.append(("xor", [parts.pop(int(rng.integers(len(parts)))) for _ in range(2)]))
        parts.append(inputs + len(gates) - 1)
    return gates


def renumbered(rng, inputs, gates):
    """The same circuit of drawn inputs among up to three more, that no gate uses."""
    count = inputs + int(rng.integers(4))
    number = [*(int(i) for i in rng.permutation(count)[:inputs]), *range(count, count + len(gates))]
    return count, [(name, [number[source] for source in sources]) for name, sources in gates]


def scaled(rng, params):
    """The same threshold net, each unit's weights and bias multiplied by a drawn positive number."""
    found = {}
    for layer in range(1, len(params) // 2 + 1):
        factors = rng.uniform(0.5, 2.0, size=len(params[f"b{layer}"]))
        found[f"W{layer}"] = factors[:, np.newaxis] * params[f"W{layer}"]
        found[f"b{layer}"] = factors * params[f"b{layer}"]
    return found


def linear_net(rng, sizes):
    """Parameters of stacked linear layers, and the one layer that computes the same."""
    params = mlp.init_params(rng, sizes)
    return params, boolean.collapse_linear(params)


def linear_values(params, x):
    return mlp.forward(params, x, LINEAR).y


def threshold_net(rng, sizes, n=12, margin=0.05, scale=1.0):
    """A threshold net and rows x (n, d) at which no unit is near its boundary and each output is 1 at
    some row and 0 at another."""
    while True:
        params = mlp.init_params(rng, sizes)
        x = rng.normal(size=(n, sizes[0]))
        passed = mlp.forward(params, x, HARD_THRESHOLD, HARD_THRESHOLD)
        clear = min(float(np.abs(z).min()) for z in passed.z) > margin
        if clear and np.all(passed.y.min(axis=0) < passed.y.max(axis=0)):
            return {name: scale * value for name, value in params.items()}, x


def waves(rng):
    """Rows (a, w, p) of f(x) = sum of a sin(w x + p), and its Lipschitz constant."""
    rows = np.column_stack([rng.uniform(0.3, 1.0, 3), rng.uniform(0.5, 3.0, 3), rng.uniform(0.0, 6.0, 3)])
    return rows, float(np.sum(rows[:, 0] * rows[:, 1]))


def steep_wave(rng):
    """One wave around the height of 2, as steep as its Lipschitz constant allows."""
    a, w = rng.uniform(0.5, 0.8), rng.uniform(3.0, 4.0)
    return np.array([[a, w, rng.uniform(0.0, 6.0)], [2.0, 0.0, np.pi / 2]]), float(a * w)


def height(rows, x):
    return sum(a * np.sin(w * x + p) for a, w, p in rows)
