"""Mistakes of the forward pass, with the matching backward pass or with that of the right forward pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.activations import LOGISTIC, RELU, SOFT_RELU, TANH, Activation
from reference.arrays import Array
from reference.mistakes.net_mistake import NetMistake
from reference.mistakes.nets import Net, Pass, Step

Steps = tuple[tuple[str, Step], ...]


def _product(p: Pass, layer: int) -> Array:
    return p.h[layer - 1] @ p.batch.w[layer].T


def _transposed(p: Pass, layer: int) -> Array:
    w = p.batch.w[layer]
    square = w.shape[0] == w.shape[1]
    return p.h[layer - 1] @ (w if square else w.T) + p.batch.b[layer]


def _bias_later(p: Pass, layer: int) -> Array:
    return p.activation(layer).value(p.z[layer]) + p.batch.b[layer]


def _ones(p: Pass, layer: int) -> Array:
    return np.ones_like(p.z[layer])


def _twice(p: Pass, layer: int) -> Array:
    phi = p.activation(layer).value
    return phi(phi(p.z[layer]))


def _other(other: Activation, *, consistent: bool) -> Steps:
    value: tuple[str, Step] = ("h", lambda p, layer: other.value(p.z[layer]))
    return (value, ("slope", lambda p, layer: other.slope(p.z[layer]))) if consistent else (value,)


def _in_h(other: Activation) -> Steps:
    """Another activation's value, with the right activation's slope as a formula in h."""
    return (("h", lambda p, layer: other.value(p.z[layer])), ("slope", _slope_in_h))


def _slope_in_h(p: Pass, layer: int) -> Array:
    h = p.h[layer]
    if p.activation(layer) is LOGISTIC:
        return h * (1.0 - h)
    return 1.0 - h**2 if p.activation(layer) is TANH else p.activation(layer).slope(p.z[layer])


def _not(other: Activation) -> Callable[[Net], bool]:
    return lambda net: net.hidden is not other


def _hidden_bent(net: Net) -> bool:
    return net.hidden.name != "linear"


def _plain_output(net: Net) -> bool:
    return _hidden_bent(net) and net.output.name == "linear"


def _mirrored(p: Pass, layer: int) -> Array:
    return p.activation(layer).value(-p.z[layer])


_ON_OUTPUT: tuple[str, Step] = ("h", lambda p, layer: p.net.hidden.value(p.z[layer]))
_OUTPUT_SLOPE: tuple[str, Step] = ("slope", lambda p, layer: p.net.hidden.slope(p.z[layer]))


def _logits_through(p: Pass, layer: int) -> Array:
    e = np.exp(p.h[layer] - p.h[layer].max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _logits_signal(p: Pass, layer: int) -> Array:
    return (p.y - p.batch.t) * p.net.hidden.slope(p.z[layer])


FORWARDS: tuple[NetMistake, ...] = (
    NetMistake("bias-left-out", "y", "all", (("z", _product),)),
    NetMistake(
        "bias-subtracted", "y", "all", (("z", lambda p, layer: _product(p, layer) - p.batch.b[layer]),)
    ),
    NetMistake("bias-after-activation", "y", "hidden", (("z", _product), ("h", _bias_later)), _hidden_bent),
    NetMistake("forward-weights-transposed", "y", "all", (("z", _transposed),)),
    NetMistake("activation-left-out", "y", "hidden", (("h", lambda p, layer: p.z[layer]),), _hidden_bent),
    NetMistake(
        "activation-left-out",
        "y",
        "hidden",
        (("h", lambda p, layer: p.z[layer]), ("slope", _ones)),
        _hidden_bent,
    ),
    NetMistake(
        "activation-left-out",
        "y",
        "hidden",
        (("h", lambda p, layer: p.z[layer]), ("slope", _slope_in_h)),
        _hidden_bent,
    ),
    NetMistake("activation-twice", "y", "hidden", (("h", _twice),), _hidden_bent),
    NetMistake("activation-twice", "y", "hidden", (("h", _twice), ("slope", _slope_in_h)), _hidden_bent),
    NetMistake("activation-of-minus-z", "y", "hidden", (("h", _mirrored),), _hidden_bent),
    NetMistake(
        "activation-of-minus-z",
        "y",
        "hidden",
        (("h", _mirrored), ("slope", lambda p, layer: -p.activation(layer).slope(-p.z[layer]))),
        _hidden_bent,
    ),
    NetMistake(
        "activation-on-output", "y", "last", (_ON_OUTPUT,), lambda n: _plain_output(n) and n.loss == "squared"
    ),
    NetMistake(
        "activation-on-output",
        "y",
        "last",
        (_ON_OUTPUT, _OUTPUT_SLOPE),
        lambda n: _plain_output(n) and n.loss == "squared",
    ),
    NetMistake(
        "activation-on-output",
        "y",
        "last",
        (_ON_OUTPUT, ("y", _logits_through)),
        lambda n: _hidden_bent(n) and n.loss == "cross-entropy",
    ),
    NetMistake(
        "activation-on-output",
        "y",
        "last",
        (_ON_OUTPUT, ("y", _logits_through), ("z_bar", _logits_signal)),
        lambda n: _hidden_bent(n) and n.loss == "cross-entropy",
    ),
    *(
        NetMistake("activation-other", "y", "hidden", steps, _not(other), (("other", other.name),))
        for other in (LOGISTIC, TANH, RELU, SOFT_RELU)
        for steps in (_other(other, consistent=True), _other(other, consistent=False), _in_h(other))
    ),
)

PENALTIES: tuple[NetMistake, ...] = tuple(
    NetMistake(
        name,
        "b" if name == "penalty-on-biases" else "W",
        "whole",
        (("penalty", step),),
        lambda net: net.penalty != 0.0,
    )
    for name, step in (
        ("penalty-left-out", lambda p, i: np.zeros_like(p.parameter(i))),
        ("penalty-doubled", lambda p, i: 2.0 * p.net.penalty * p.parameter(i) * _weight(i)),
        ("penalty-halved", lambda p, i: 0.5 * p.net.penalty * p.parameter(i) * _weight(i)),
        ("penalty-sign", lambda p, i: -p.net.penalty * p.parameter(i) * _weight(i)),
        ("penalty-averaged", lambda p, i: p.net.penalty * p.parameter(i) * _weight(i) / p.batch.rows),
        ("penalty-on-biases", lambda p, i: p.net.penalty * p.parameter(i)),
        ("penalty-without-w", lambda p, i: p.net.penalty * np.ones_like(p.parameter(i)) * _weight(i)),
        ("penalty-squared", lambda p, i: p.net.penalty * p.parameter(i) ** 2 * _weight(i)),
        ("penalty-squared", lambda p, i: 0.5 * p.net.penalty * p.parameter(i) ** 2 * _weight(i)),
        ("penalty-sign-of-w", lambda p, i: p.net.penalty * np.sign(p.parameter(i)) * _weight(i)),
        ("lambda-left-out", lambda p, i: p.parameter(i) * _weight(i)),
    )
)


def _weight(index: int) -> float:
    """1 if the parameter with this index is a weight, 0 if it is a bias."""
    return float(index % 2 == 0)
