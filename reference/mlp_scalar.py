"""The lecture's multilayer perceptron index by index, for one example: the sums as on the
slide, to compare with mlp.py.

    z_i = sum_j w1_ij x_j + b1_i     h_i = phi(z_i)     y_k = sum_i w2_ki h_i + b2_k
    y_k-bar = L-bar (y_k - t_k)      w2_ki-bar = y_k-bar h_i      b2_k-bar = y_k-bar
    h_i-bar = sum_k y_k-bar w2_ki    z_i-bar = h_i-bar phi'(z_i)
    w1_ij-bar = z_i-bar x_j          b1_i-bar = z_i-bar

Parameters as in mlp.py, of any depth; the output is linear.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reference import mlp
from reference.activations import LINEAR, LOGISTIC, Activation
from reference.arrays import Array, as_float64
from reference.mlp import Backward, Forward


def forward(params: mlp.Parameters, x: npt.ArrayLike, hidden: Activation = LOGISTIC) -> Forward:
    """z and h of every layer (m_l,) for one example x (d,); y (k,) is the last h."""
    z: list[Array] = []
    h: list[Array] = [as_float64(x)]
    if h[0].ndim != 1:
        raise ValueError(f"one example x has shape (d,), not {h[0].shape}")
    for layer, activation in enumerate(mlp.layer_activations(params, hidden, LINEAR), start=1):
        w, b = params[f"W{layer}"], params[f"b{layer}"]
        units, inputs = w.shape
        z.append(np.array([sum(w[i, j] * h[-1][j] for j in range(inputs)) + b[i] for i in range(units)]))
        h.append(np.array([activation.value(z[-1][i]) for i in range(units)]))
    return Forward(y=h[-1], z=tuple(z), h=tuple(h))


def loss(passed: Forward, t: npt.ArrayLike) -> float:
    """L = 1/2 sum_k (y_k - t_k)^2 for t (k,)."""
    t = as_float64(t)
    return float(0.5 * sum((passed.y[k] - t[k]) ** 2 for k in range(len(t))))


def backward(
    params: mlp.Parameters,
    passed: Forward,
    t: npt.ArrayLike,
    hidden: Activation = LOGISTIC,
    l_bar: float = 1.0,
) -> Backward:
    """Every error signal of L for t (k,), each in the shape of its parameter or value."""
    t = as_float64(t)
    h_bar: list[Array] = [np.array([l_bar * (passed.y[k] - t[k]) for k in range(len(t))])]
    z_bar: list[Array] = []
    grads: dict[str, Array] = {}
    activations = mlp.layer_activations(params, hidden, LINEAR)
    for layer in range(len(activations), 0, -1):
        w, z, h = params[f"W{layer}"], passed.z[layer - 1], passed.h[layer - 1]
        units, inputs = w.shape
        slope = activations[layer - 1].slope
        signal = np.array([h_bar[0][i] * slope(z[i]) for i in range(units)])
        grads[f"W{layer}"] = np.array([[signal[i] * h[j] for j in range(inputs)] for i in range(units)])
        grads[f"b{layer}"] = signal.copy()
        below = np.array([sum(signal[i] * w[i, j] for i in range(units)) for j in range(inputs)])
        z_bar.insert(0, signal)
        h_bar.insert(0, below)
    return Backward({name: grads[name] for name in params}, tuple(z_bar), tuple(h_bar))
