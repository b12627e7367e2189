"""The lecture's multilayer perceptron in vector form, of any depth, with batches as rows.

Parameters are a dict: "W1" (m_1, d), "b1" (m_1,), "W2" (m_2, m_1), "b2" (m_2,), and so on. For
one example, a column x = h_0: z_l = W_l h_{l-1} + b_l, h_l = phi_l(z_l), y = h_L. With a batch
as rows every column becomes a row, so the product is with W_l transposed, from the right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reference.activations import LINEAR, LOGISTIC, Activation
from reference.arrays import Array, as_float64
from reference.losses import (
    l2_penalty,
    l2_penalty_signal,
    mean_signal,
    softmax_cross_entropy,
    softmax_cross_entropy_signal,
    squared_error,
    squared_error_signal,
)

Parameters = Mapping[str, Array]


class Forward(NamedTuple):
    """The results of a forward pass: y (n, k), and for each layer l its z_l and h_l (n, m_l).

    `h` begins with h_0 = x, so h[l] belongs to z[l - 1]; y is h[-1].
    """

    y: Array
    z: tuple[Array, ...]
    h: tuple[Array, ...]


class Backward(NamedTuple):
    """Error signals of a backward pass, each in the shape of its parameter or value.

    `parameters` has the keys of the parameters, summed over the rows of the batch; `z` and `h`
    are as in `Forward`, so h[0] is x-bar and h[-1] is y-bar.
    """

    parameters: dict[str, Array]
    z: tuple[Array, ...]
    h: tuple[Array, ...]


def depth(params: Parameters) -> int:
    """The number of layers L, from the keys W1 ... WL."""
    return sum(1 for name in params if name.startswith("W"))


def layer_activations(params: Parameters, hidden: Activation, output: Activation) -> tuple[Activation, ...]:
    """phi_1 ... phi_L: `hidden` in every layer but the last, which has `output`."""
    return (hidden,) * (depth(params) - 1) + (output,)


def init_params(rng: np.random.Generator, sizes: Sequence[int], scale: float = 1.0) -> dict[str, Array]:
    """Parameters of a net with these layer sizes (d, m_1, ..., k), normal, of standard deviation `scale`."""
    params: dict[str, Array] = {}
    for layer, (inputs, units) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(0.0, scale, (units, inputs))
        params[f"b{layer}"] = rng.normal(0.0, scale, units)
    return params


def forward(
    params: Parameters, x: npt.ArrayLike, hidden: Activation = LOGISTIC, output: Activation = LINEAR
) -> Forward:
    """From x (n, d): z_l = h_{l-1} W_l^T + b_l, h_l = phi_l(z_l), y = h_L."""
    z: list[Array] = []
    h: list[Array] = [as_float64(x)]
    for layer, activation in enumerate(layer_activations(params, hidden, output), start=1):
        z.append(h[-1] @ as_float64(params[f"W{layer}"]).T + params[f"b{layer}"])
        h.append(activation.value(z[-1]))
    return Forward(y=h[-1], z=tuple(z), h=tuple(h))


def backward(
    params: Parameters,
    passed: Forward,
    y_bar: npt.ArrayLike,
    hidden: Activation = LOGISTIC,
    output: Activation = LINEAR,
) -> Backward:
    """From y-bar (n, k), walk back: z_l-bar = h_l-bar o phi_l'(z_l), W_l-bar = z_l-bar^T h_{l-1},
    b_l-bar = sum of the rows of z_l-bar, h_{l-1}-bar = z_l-bar W_l."""
    h_bar: list[Array] = [as_float64(y_bar)]
    z_bar: list[Array] = []
    grads: dict[str, Array] = {}
    activations = layer_activations(params, hidden, output)
    for layer in range(len(activations), 0, -1):
        signal = h_bar[0] * activations[layer - 1].slope(passed.z[layer - 1])
        grads[f"W{layer}"] = signal.T @ passed.h[layer - 1]
        grads[f"b{layer}"] = signal.sum(axis=0)
        z_bar.insert(0, signal)
        h_bar.insert(0, signal @ params[f"W{layer}"])
    return Backward({name: grads[name] for name in params}, tuple(z_bar), tuple(h_bar))


def cost(
    params: Parameters,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    hidden: Activation = LOGISTIC,
    output: Activation = LINEAR,
) -> Array:
    """J = 1/n sum over the rows of L = 1/2 sum_k (y_k - t_k)^2, of shape ()."""
    return np.asarray(np.mean(squared_error(forward(params, x, hidden, output).y, t)))


def cost_signals(
    params: Parameters,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    hidden: Activation = LOGISTIC,
    output: Activation = LINEAR,
) -> Backward:
    """All error signals of the cost J: the backward pass from y-bar = (y - t) / n."""
    passed = forward(params, x, hidden, output)
    return backward(params, passed, mean_signal(squared_error_signal(passed.y, t)), hidden, output)


def class_cost(
    params: Parameters, x: npt.ArrayLike, t: npt.ArrayLike, hidden: Activation = LOGISTIC
) -> Array:
    """J = 1/n sum over the rows of the cross-entropy of softmax(z_L) with t (n, k), of shape ()."""
    return np.asarray(np.mean(softmax_cross_entropy(forward(params, x, hidden).y, t)))


def class_cost_signals(
    params: Parameters, x: npt.ArrayLike, t: npt.ArrayLike, hidden: Activation = LOGISTIC
) -> Backward:
    """All error signals of `class_cost`, from z_L-bar = (softmax(z_L) - t) / n where rows of t sum to 1;
    the last h is z_L itself."""
    passed = forward(params, x, hidden)
    return backward(params, passed, mean_signal(softmax_cross_entropy_signal(passed.y, t)), hidden)


def penalty(params: Parameters, weight: float) -> Array:
    """lambda R = lambda/2 sum over all weights of w^2, of shape (); biases are not penalised."""
    return np.asarray(sum(weight * l2_penalty(v) for name, v in params.items() if name.startswith("W")))


def penalty_signals(params: Parameters, weight: float) -> dict[str, Array]:
    """The penalty's part of the parameters' error signals: lambda W for weights, 0 for biases."""
    return {
        name: weight * l2_penalty_signal(v) if name.startswith("W") else np.zeros_like(v)
        for name, v in params.items()
    }
