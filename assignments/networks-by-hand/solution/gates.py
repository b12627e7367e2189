"""Networks written by hand: gates, XOR twice, one layer from many, any table."""

import numpy as np


def net(*layers):
    """Parameters from (W, b) of each layer."""
    params = {}
    for number, (w, b) in enumerate(layers, start=1):
        params[f"W{number}"], params[f"b{number}"] = np.array(w, dtype=float), np.array(b, dtype=float)
    return params


def and_net():
    """1 if both bits are 1."""
    return net(([[1, 1]], [-1.5]))


def or_net():
    """1 if a bit is 1."""
    return net(([[1, 1]], [-0.5]))


def not_net():
    """1 if the bit is 0."""
    return net(([[-1]], [0.5]))


def xor_net():
    """OR and NAND, then AND."""
    return net(([[1, 1], [-1, -1]], [-0.5, 1.5]), ([[1, 1]], [-1.5]))


def other_xor_net():
    """OR and AND, then OR without AND."""
    return net(([[1, 1], [1, 1]], [-0.5, -1.5]), ([[1, -1]], [-0.5]))


def collapse_linear(params):
    """One linear layer that computes the same as all of them."""
    w, b = params["W1"], params["b1"]
    for layer in range(2, len(params) // 2 + 1):
        w, b = params[f"W{layer}"] @ w, params[f"W{layer}"] @ b + params[f"b{layer}"]
    return {"W1": w.copy(), "b1": b.copy()}


def universal_net(table):
    """A unit for each row of the table, which is on only at its row."""
    rows, bits = len(table), len(table).bit_length() - 1
    places = np.arange(rows)[:, np.newaxis] >> np.arange(bits - 1, -1, -1)
    configurations = 2.0 * (places & 1) - 1.0
    return net((configurations, np.full(rows, 1.0 - bits)), ([table], [0.0]))
