import math

import numpy as np


def compile_circuit(inputs, gates):
    units, where = [], {number: number for number in range(inputs)}

    def add(sources, weights, bias):
        units.append((sources, weights, bias))
        return inputs + len(units) - 1

    for number, (name, parts) in enumerate(gates, start=inputs):
        sources = [where[part] for part in parts]
        n = len(sources)
        if name == "and":
            where[number] = add(sources, [2] * n, 1 - 2 * n)
        elif name == "or":
            where[number] = add(sources, [2] * n, -1)
        elif name == "not":
            where[number] = add(sources, [-2], 1)
        else:  # a + b - 2 (a and b): two units
            both = add(sources, [2, 2], -3)
            where[number] = add([*sources, both], [2, 2, -4], -1)
    return units


def run(params, x, units):
    for layer in range(1, len(params) // 2 + 1):
        x = units(x @ params[f"W{layer}"].T + params[f"b{layer}"])
    return x


def sharpen(params, x, error):
    hard = run(params, x, lambda z: np.where(z > 0, 1.0, 0.0))
    k = 1.0
    while True:  # the same k for all, doubled until it is enough
        sharp = {name: k * value for name, value in params.items()}
        with np.errstate(over="ignore"):
            soft = run(sharp, x, lambda z: 1 / (1 + np.exp(-z)))
        if np.abs(soft - hard).max() <= error / 2:
            return sharp
        k *= 2


def approximate(f, interval, lipschitz, error, unit):
    a, b = interval
    n = max(1, math.ceil(lipschitz * (b - a) / error))
    width = (b - a) / n
    if unit == "step":
        tops = [float(f(a + (i + 0.5) * width)) for i in range(n)]
        jumps = [right - left for left, right in zip(tops, tops[1:])]
        starts = [a + (i + 1) * width for i in range(n - 1)]
        return {"W1": [[1.0]] * (n - 1), "b1": [-s for s in starts], "W2": [jumps], "b2": [tops[0]]}
    heights = [float(f(a + i * width)) for i in range(n + 1)]
    slopes = [(right - left) / width for left, right in zip(heights, heights[1:])]
    bends = [slopes[0]] + [right - left for left, right in zip(slopes, slopes[1:])]
    return {"W1": [[1.0]] * n, "b1": [-(a + i * width) for i in range(n)], "W2": [bends], "b2": [heights[0]]}
