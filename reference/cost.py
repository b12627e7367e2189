"""What a forward and a backward pass cost, in add-multiplies, exactly.

An add-multiply is one product added to a running sum, s + w h: what matrix products are made of.
A bias is what its sum begins with, so it costs none; activations, their slopes and the entrywise
products h-bar o phi'(z) are a handful an activation, not a weight, and are left out too. `sizes` is
(d, m_1, ..., k). Where in the lecture: cost of backprop: one add-multiply a weight forward, two
backward, so linear in the layers and quadratic in the units a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def _layers(sizes: Sequence[int]) -> list[tuple[int, int]]:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"the sizes of a net are two numbers or more, each at least 1, not {tuple(sizes)}")
    return list(pairwise(sizes))


def count_parameters(sizes: Sequence[int]) -> int:
    """The number of weights and biases."""
    return sum((inputs + 1) * units for inputs, units in _layers(sizes))


def count_forward(sizes: Sequence[int], batch: int = 1) -> int:
    """One a weight and example: z_l = W_l h_{l-1} + b_l."""
    return batch * sum(inputs * units for inputs, units in _layers(sizes))


def count_backward(sizes: Sequence[int], batch: int = 1, input_signal: bool = False) -> int:
    """Two a weight and example: W_l-bar = z_l-bar h_{l-1}^T, and h_{l-1}-bar = W_l^T z_l-bar.

    The second is needed of the first layer only for x-bar, that is with `input_signal`; without
    it the first layer's weights cost one. From the values that a forward pass has left.
    """
    (inputs, units), *_ = _layers(sizes)
    return 2 * count_forward(sizes, batch) - (0 if input_signal else batch * inputs * units)


def count_finite_differences(sizes: Sequence[int], batch: int = 1) -> int:
    """All slopes by central differences: two forward passes a parameter, so quadratic in the weights."""
    return 2 * count_parameters(sizes) * count_forward(sizes, batch)
