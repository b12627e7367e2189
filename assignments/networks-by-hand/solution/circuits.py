"""Networks by construction: circuits, logistic in place of threshold units, functions on an interval."""

import numpy as np


def compile_circuit(inputs, gates):
    """Units (sources, weights, bias) that compute the gates, the last one the last gate."""
    units, places = [], list(range(inputs))

    def unit(sources, weights, bias):
        units.append((list(sources), list(weights), bias))
        return inputs + len(units) - 1

    for name, sources in gates:
        at = [places[source] for source in sources]
        ones = [1.0] * len(at)
        if name == "not":
            places.append(unit(at, [-1.0], 0.5))
        elif name == "and":
            places.append(unit(at, ones, 0.5 - len(at)))
        elif name == "or":
            places.append(unit(at, ones, -0.5))
        else:
            either, nand = unit(at, ones, -0.5), unit(at, [-1.0, -1.0], 1.5)
            places.append(unit([either, nand], ones, -1.5))
    return units


def logistic(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def threshold(z):
    return (z > 0).astype(float)


def sharpen(params, x, error):
    """Every layer times its own k, so large that the units are as near to 0 or 1 as the next layer needs."""
    sharp, layers = {}, len(params) // 2
    hard, soft = x, x
    for layer in range(1, layers + 1):
        w, b = params[f"W{layer}"], params[f"b{layer}"]
        hard = threshold(hard @ w.T + b)
        allowed = error / 2
        if layer < layers:
            above = params[f"W{layer + 1}"]
            margin = np.min(np.abs(hard @ above.T + params[f"b{layer + 1}"]))
            allowed = min(0.1, margin / (2 * np.max(np.sum(np.abs(above), axis=1))))
        k = np.log(1 / allowed) / np.min(np.abs(soft @ w.T + b))
        sharp[f"W{layer}"], sharp[f"b{layer}"] = k * w, k * b
        soft = logistic(k * (soft @ w.T + b))
    return sharp


def approximate(f, interval, lipschitz, error, unit):
    """A net of "step" or "relu" units that differs from f by at most error on the interval."""
    low, high = interval
    reach = 0.5 if unit == "step" else 1.0
    pieces = max(1, int(np.ceil(reach * lipschitz * (high - low) / error)))
    knots = np.linspace(low, high, pieces + 1)
    if unit == "step":
        values = f((knots[:-1] + knots[1:]) / 2)
        starts, weights = knots[1:-1], np.diff(values)
    else:
        values = f(knots)
        starts, weights = knots[:-1], np.diff(np.diff(values) / np.diff(knots), prepend=0.0)
    return {
        "W1": np.ones((len(starts), 1)),
        "b1": -starts,
        "W2": weights[np.newaxis, :],
        "b2": values[:1],
    }
