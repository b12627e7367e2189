"""Hessian-vector products, forward over reverse: H v is the slope of the gradient along v.

For every value and every error signal, the slope along v (a dot) is computed too, by the product
rule; H is never built, and H v costs about two gradients. Where in the lecture:
Hessian: H_ij = d^2 L / dx_i dx_j, "the product with a vector is computed directly".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reference import mlp
from reference.activations import LINEAR, LOGISTIC, Activation, logistic, logistic_curvature, logistic_slope
from reference.arrays import Array, as_float64
from reference.losses import mean_signal, squared_error_signal


class LogisticProduct(NamedTuple):
    """The parts of H v for w (d,) and for b ()."""

    w: Array
    b: Array


def logistic_product(
    at: tuple[npt.ArrayLike, npt.ArrayLike],
    direction: tuple[npt.ArrayLike, npt.ArrayLike],
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    penalty: float = 0.0,
) -> LogisticProduct:
    """H v for J = 1/n sum of 1/2 (sigma(w . x + b) - t)^2 + lambda/2 sum of w^2, at (w (d,), b), along
    `direction` (v_w (d,), v_b), from x (n, d) and t (n,).

    z-dot = x . v_w + v_b and y-dot = sigma'(z) z-dot; of z-bar = (y - t) sigma'(z), the slope is
    z-bar-dot = y-dot sigma'(z) + (y - t) sigma''(z) z-dot; w-bar-dot = sum of z-bar-dot x / n + lambda v_w.
    """
    w, b, v_w, v_b, x, t = (as_float64(a) for a in (*at, *direction, x, t))
    z, z_dot = x @ w + b, x @ v_w + v_b
    slope = logistic_slope(z)
    z_bar_dot = mean_signal(slope**2 * z_dot + (logistic(z) - t) * logistic_curvature(z) * z_dot)
    return LogisticProduct(w=z_bar_dot @ x + penalty * v_w, b=np.asarray(z_bar_dot.sum()))


def mlp_product(
    params: mlp.Parameters,
    direction: mlp.Parameters,
    x: npt.ArrayLike,
    t: npt.ArrayLike,
    hidden: Activation = LOGISTIC,
    output: Activation = LINEAR,
) -> dict[str, Array]:
    """H v for the cost J of mlp.py (average squared error over the rows of x (n, d), t (n, k)), with
    v and H v of the keys and shapes of the parameters.

    Forward: z_l-dot = h_{l-1}-dot W_l^T + h_{l-1} V_l^T + v_l, h_l-dot = phi'(z_l) o z_l-dot. Backward, from
    y-bar-dot = y-dot / n: z_l-bar-dot = h_l-bar-dot o phi' + h_l-bar o phi'' o z_l-dot,
    W_l-bar-dot = z_l-bar-dot^T h_{l-1} + z_l-bar^T h_{l-1}-dot, b_l-bar-dot = sum of the rows of z_l-bar-dot,
    h_{l-1}-bar-dot = z_l-bar-dot W_l + z_l-bar V_l.
    """
    passed = mlp.forward(params, x, hidden, output)
    signals = mlp.backward(params, passed, mean_signal(squared_error_signal(passed.y, t)), hidden, output)
    activations = mlp.layer_activations(params, hidden, output)
    z_dot, h_dot = _forward_slopes(params, direction, passed, activations)
    bar_dot = mean_signal(h_dot[-1])
    product: dict[str, Array] = {}
    for layer in range(len(activations), 0, -1):
        phi, z, moving = activations[layer - 1], passed.z[layer - 1], z_dot[layer - 1]
        z_bar = signals.z[layer - 1]
        z_bar_dot = bar_dot * phi.slope(z) + signals.h[layer] * phi.curvature(z) * moving
        product[f"W{layer}"] = z_bar_dot.T @ passed.h[layer - 1] + z_bar.T @ h_dot[layer - 1]
        product[f"b{layer}"] = z_bar_dot.sum(axis=0)
        bar_dot = z_bar_dot @ params[f"W{layer}"] + z_bar @ direction[f"W{layer}"]
    return {name: product[name] for name in params}


def _forward_slopes(
    params: mlp.Parameters,
    direction: mlp.Parameters,
    passed: mlp.Forward,
    activations: tuple[Activation, ...],
) -> tuple[list[Array], list[Array]]:
    """z-dot and h-dot of every layer; the first h-dot is x-dot = 0."""
    z_dot: list[Array] = []
    h_dot: list[Array] = [np.zeros_like(passed.h[0])]
    for layer, activation in enumerate(activations, start=1):
        v = direction[f"W{layer}"]
        z_dot.append(h_dot[-1] @ params[f"W{layer}"].T + passed.h[layer - 1] @ v.T + direction[f"b{layer}"])
        h_dot.append(activation.slope(passed.z[layer - 1]) * z_dot[-1])
    return z_dot, h_dot
