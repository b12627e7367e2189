"""Threshold networks with hand-made weights: gates, universality, parity; logistic towards threshold.

Nets are parameters as in mlp.py. Where in the lecture: XOR by hand, universality over binary
inputs, "exponential against compact", logistic towards threshold, stacked linear layers.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from reference import mlp
from reference.activations import HARD_THRESHOLD, Activation
from reference.arrays import Array, as_float64


def _net(*layers: tuple[npt.ArrayLike, npt.ArrayLike]) -> dict[str, Array]:
    """Parameters from (W, b) of each layer."""
    params: dict[str, Array] = {}
    for layer, (w, b) in enumerate(layers, start=1):
        params[f"W{layer}"], params[f"b{layer}"] = as_float64(w), as_float64(b)
    return params


# Bits are 0 and 1; every unit, the output too, is a hard threshold.
AND = _net(([[1, 1]], [-1.5]))
OR = _net(([[1, 1]], [-0.5]))
NAND = _net(([[-1, -1]], [1.5]))
NOT = _net(([[-1]], [0.5]))
XOR = _net(([[1, 1], [-1, -1]], [-0.5, 1.5]), ([[1, 1]], [-1.5]))  # OR and NAND
XOR_OF_OR_AND_AND = _net(([[1, 1], [1, 1]], [-0.5, -1.5]), ([[1, -1]], [-0.5]))  # OR minus AND


def configurations(bits: int) -> Array:
    """All of {-1, +1}^D, of shape (2^D, D), in binary order: -1 is the bit 0, the first bit leads."""
    return np.array(list(product((-1.0, 1.0), repeat=bits))).reshape(2**bits, bits)


def universal_net(values: npt.ArrayLike) -> dict[str, Array]:
    """A net with any `values` (2^D,) or (2^D, k) at the configurations of {-1, +1}^D.

    Hidden unit c is 1[c . x - (D - 1) > 0]: c . x is D at x = c and at most D - 2 elsewhere. The
    output is linear and has the values as weights. Raises ValueError if the number of rows is not 2^D.
    """
    table = as_float64(values)
    bits = len(table).bit_length() - 1
    if len(table) != 2 ** max(0, bits):
        raise ValueError(f"a table of D bits has 2^D rows, not {len(table)}")
    table = table.reshape(len(table), -1)
    w1 = configurations(bits)
    return _net((w1, np.full(len(w1), 1.0 - bits)), (table.T, np.zeros(table.shape[1])))


def parity_wide(bits: int) -> dict[str, Array]:
    """1 where an odd number of D bits in {-1, +1} is +1: the universal net, 2^D hidden units."""
    return universal_net((configurations(bits) > 0).sum(axis=1) % 2)


def parity_counting(bits: int) -> dict[str, Array]:
    """1 where an odd number of D bits in {0, 1} is 1, with D hidden units and a linear output.

    Unit k is 1[sum of the bits > k - 1/2], so units 1 ... s are on for s ones, and the weights
    +1, -1, +1, ... add up to s mod 2. Two layers do not need 2^D units for parity: AND gates do.
    """
    steps = np.arange(bits)
    return _net((np.ones((bits, bits)), -0.5 - steps), ([np.where(steps % 2, -1.0, 1.0)], [0.0]))


def sharpen(
    params: mlp.Parameters, x: npt.ArrayLike, error: float, output: Activation = HARD_THRESHOLD
) -> dict[str, Array]:
    """The net with weights k W, k b in every layer of threshold units (all but a linear output),
    so that with logistic units its y at the rows of x (n, d) is within `error` of the threshold net's.

    With m_l the smallest |z_l| and |W|_1 the largest sum of a row's |w|: if the error of h_{l-1} is
    at most m_l / (2 |W_l|_1), that of z_l is at most m_l / 2, so z_l keeps its sign, and the error of h_l
    is at most sigma(-k m_l / 2). k makes each layer's error small enough for the next. Raises
    ValueError for a unit with z = 0 (no k sharpens it) and for an error that is not positive.
    """
    if not error > 0:
        raise ValueError(f"the error must be above 0, not {error}")
    passed = mlp.forward(params, x, HARD_THRESHOLD, output)
    units = len(passed.z) - (output is not HARD_THRESHOLD)
    k, allowed = 1.0, min(error, 0.5)
    for layer in range(len(passed.z), 0, -1):
        widest = float(np.max(np.sum(np.abs(params[f"W{layer}"]), axis=1)))
        if layer <= units:
            margin = _margin(passed.z[layer - 1], layer)
            k = max(k, float(np.log((1.0 - allowed) / allowed)) / (margin / 2.0))
            allowed = margin / 2.0
        allowed = min(allowed / widest, 0.5) if widest else 0.5
    sharp = {f"{kind}{layer}" for kind in "Wb" for layer in range(1, units + 1)}
    return {name: value * k if name in sharp else value.copy() for name, value in params.items()}


def _margin(z: Array, layer: int) -> float:
    """The smallest |z| of z (n, m). Raises ValueError if it is 0."""
    row, unit = np.unravel_index(int(np.argmin(np.abs(z))), z.shape)
    if z[row, unit] == 0.0:
        raise ValueError(f"unit {unit} of layer {layer} is on its boundary at row {row}: z = 0")
    return float(np.abs(z[row, unit]))


def collapse_linear(params: mlp.Parameters) -> dict[str, Array]:
    """The single linear layer that equals stacked linear layers: W' = W_L ... W_1 and
    b' = W_L (... (W_2 b_1 + b_2) ...) + b_L, as "W1" (k, d) and "b1" (k,)."""
    w, b = as_float64(params["W1"]), as_float64(params["b1"])
    for layer in range(2, mlp.depth(params) + 1):
        above = as_float64(params[f"W{layer}"])
        w, b = above @ w, above @ b + as_float64(params[f"b{layer}"])
    return {"W1": w.copy(), "b1": b.copy()}
