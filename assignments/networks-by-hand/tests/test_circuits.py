import numpy as np
import pytest
from cases import circuit, height, renumbered, scaled, steep_wave, threshold_net, truth, waves
from nets import bits, computed, layers, must_agree, units_of

from grader.kit import fail
from reference import boolean, mlp
from reference.activations import HARD_THRESHOLD, LOGISTIC

SMALL = {
    "not": (1, [("not", [0])]),
    "and": (2, [("and", [0, 1])]),
    "or": (2, [("or", [0, 1])]),
    "xor": (2, [("xor", [0, 1])]),
    "five inputs": (5, [("and", [0, 1, 2, 3, 4]), ("or", [0, 1, 2, 3, 4]), ("xor", [5, 6])]),
    "one part": (2, [("and", [0]), ("or", [1]), ("xor", [2, 3])]),
    "the same part twice": (2, [("or", [0, 0]), ("and", [2, 1, 1]), ("not", [3])]),
}


def compiles(student, inputs, gates):
    """Check the compiled net's truth table, at all 2^D rows, and its size."""
    units = units_of(student.circuits.compile_circuit(inputs, gates), inputs, gates)

    must_agree(computed(units, bits(inputs)), truth(inputs, gates), bits(inputs), "the last unit")


@pytest.mark.parametrize("which", SMALL)
def test_small_circuits(student, rng, which):
    compiles(student, *renumbered(rng, *SMALL[which]))


@pytest.mark.parametrize("inputs", [3, 5, 8])
def test_random_circuits(student, rng, inputs):
    for count in (6, 20):
        compiles(student, inputs, circuit(rng, inputs, count))


def test_twelve_inputs(student, rng):
    compiles(student, 12, circuit(rng, 12, 120))


def sharpens(student, params, x, error):
    """Fail unless the net returned is the given one with each unit multiplied, and within `error` of it."""
    sizes = x.shape[1], len(params[f"b{len(params) // 2}"])
    net = layers(student.circuits.sharpen(params, x, error), *sizes, what="sharpen")
    found = {
        f"{kind}{i}": v for i, layer in enumerate(net, start=1) for kind, v in zip("Wb", layer, strict=True)
    }
    if {name: v.shape for name, v in found.items()} != {name: v.shape for name, v in params.items()}:
        fail("The sharpened net has other layers than the given net.")
    for layer in range(1, len(net) + 1):
        now, old = (np.column_stack([p[f"W{layer}"], p[f"b{layer}"]]) for p in (found, params))
        k = np.sum(now * old, axis=1, keepdims=True) / np.sum(old * old, axis=1, keepdims=True)
        if np.any(k <= 0) or np.any(
            np.abs(now - k * old) > 1e-9 * np.abs(k * old).max(axis=1, keepdims=True)
        ):
            fail(
                f"Layer {layer} is not a positive multiple of the given one: "
                "k W and k b, with one k for each unit."
            )
    hard = mlp.forward(params, x, HARD_THRESHOLD, HARD_THRESHOLD).y
    soft = mlp.forward(found, x, LOGISTIC, LOGISTIC).y
    worst = np.unravel_index(int(np.argmax(np.abs(soft - hard))), hard.shape)
    if not np.abs(soft - hard).max() <= error:
        fail(
            f"y is {soft[worst]:.6g} at row {worst[0]}, where the threshold net has {hard[worst]:g}; "
            f"the allowed error is {error:g}."
        )


@pytest.mark.parametrize(
    "which", ["XOR", "one layer", "two layers", "three layers", "small weights", "large weights"]
)
def test_sharpen(student, rng, which):
    if which == "XOR":
        for error in (0.1, 1e-6):
            sharpens(student, scaled(rng, boolean.XOR), bits(2), error)
        return
    sizes = {"one layer": (3, 2), "three layers": (3, 5, 4, 2)}.get(which, (3, 5, 1))
    scale = {"small weights": 1e-5, "large weights": 300.0}.get(which, 1.0)
    for error in (0.1, 1e-6):
        sharpens(student, *threshold_net(rng, sizes, scale=scale), error)


def test_other_nets_sharpened(student, rng):
    for sizes in ((4, 6, 1), (2, 3, 3, 2)):
        sharpens(student, *threshold_net(rng, sizes, n=20), float(10.0 ** rng.uniform(-5, -1)))


def approximates(student, function, unit, error, interval):
    """Fail unless |y - f| <= error at the ends, around every bend or step, and between."""
    rows, lipschitz = function
    got = student.approximate(rows, interval, lipschitz, error, unit)
    net = layers(got, 1, what="approximate")
    if len(net) != 2:
        fail(f"approximate returned {len(net)} layers, expected one hidden layer and a linear output.")
    w1, b1 = net[0]
    most = 2 * int(np.ceil(lipschitz * (interval[1] - interval[0]) / error)) + 2
    if len(b1) > most:
        fail(
            f"approximate has {len(b1)} hidden units; "
            f"at most 2 L (b - a) / error + 2 are allowed, here {most}."
        )
    x = places(w1[:, 0], b1, interval)
    y = np.concatenate([values(part, net, unit) for part in np.array_split(x, len(x) // 1000 + 1)])
    off = np.abs(y - height(rows, x))
    worst = int(np.argmax(off))
    if not off[worst] <= error * (1 + 1e-9):
        fail(
            f"y is {y[worst]:.6g} at x = {x[worst]:.6g}, where f is {height(rows, x)[worst]:.6g}: "
            f"{off[worst]:.3g} apart, the allowed error is {error:g}."
        )


def values(x, net, unit):
    """y (n,) for x (n,)."""
    (w1, b1), (w2, b2) = net
    z = x[:, np.newaxis] * w1[:, 0] + b1
    return (np.maximum(z, 0.0) if unit == "relu" else (z > 0).astype(float)) @ w2[0] + b2[0]


def places(w, b, interval):
    """Both ends, each bend from both sides, and nine points between neighbours of these."""
    low, high = interval
    bends = -b[w != 0] / w[w != 0]
    bends = np.unique(np.clip(bends, low, high))
    marks = np.unique(np.concatenate([[low, high], bends]))
    between = [marks[:-1] + np.diff(marks) * part for part in np.linspace(0.1, 0.9, 9)]
    sides = [np.nextafter(bends, low), np.nextafter(bends, high)]
    return np.unique(np.clip(np.concatenate([marks, *between, *sides]), low, high))


@pytest.mark.parametrize("error", [0.5, 0.1, 0.02])
def test_step_net(student, rng, error):
    approximates(student, waves(rng), "step", error, (-1.0, 2.0))


@pytest.mark.parametrize("error", [0.5, 0.1, 0.02])
def test_relu_net(student, rng, error):
    approximates(student, waves(rng), "relu", error, (-1.0, 2.0))


@pytest.mark.parametrize("unit", ["step", "relu"])
def test_other_functions(student, rng, unit):
    low, length, error = (float(rng.uniform(*ends)) for ends in ((-20.0, 10.0), (3.0, 3.5), (0.02, 0.04)))
    approximates(student, steep_wave(rng), unit, error, (low, low + length))
