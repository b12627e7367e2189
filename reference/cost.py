"""The exact cost of a forward and a backward pass, in add-multiplies.

An add-multiply is one product added to a running sum, s + w h: matrix products consist of these.
A bias is the start of its sum and costs none; activations, their slopes and the entrywise products
h-bar o phi'(z) cost a few operations for each unit, not for each weight, and are not counted.
`sizes` is (d, m_1, ..., k). Where in the lecture: cost of backprop: one add-multiply for each weight
forward, two backward, so linear in the number of layers and quadratic in the units of a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def _layers(sizes: Sequence[int]) -> list[tuple[int, int]]:
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"the sizes of a net are at least two numbers, each at least 1, not {tuple(sizes)}")
    return list(pairwise(sizes))


def count_parameters(sizes: Sequence[int]) -> int:
    """The number of weights and biases."""
    return sum((inputs + 1) * units for inputs, units in _layers(sizes))


def count_forward(sizes: Sequence[int], batch: int = 1) -> int:
    """One for each weight and example: z_l = W_l h_{l-1} + b_l."""
    return batch * sum(inputs * units for inputs, units in _layers(sizes))


def count_backward(sizes: Sequence[int], batch: int = 1, input_signal: bool = False) -> int:
    """Two for each weight and example: W_l-bar = z_l-bar h_{l-1}^T, and h_{l-1}-bar = W_l^T z_l-bar.

    In the first layer, the second is needed only for x-bar, that is with `input_signal`; without
    it the first layer's weights cost one. The forward pass is not included.
    """
    (inputs, units), *_ = _layers(sizes)
    return 2 * count_forward(sizes, batch) - (0 if input_signal else batch * inputs * units)


def count_finite_differences(sizes: Sequence[int], batch: int = 1) -> int:
    """All slopes by central differences: two forward passes for each parameter, so quadratic in
    the number of weights."""
    return 2 * count_parameters(sizes) * count_forward(sizes, batch)
