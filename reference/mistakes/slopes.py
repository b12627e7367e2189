"""Mistakes from h-bar to z-bar: the activation's slope left out, of another function, at a wrong point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.activations import LOGISTIC, RELU, SOFT_RELU, TANH, Activation
from reference.arrays import Array
from reference.mistakes.net_mistake import NetMistake
from reference.mistakes.nets import Net, Pass, Step

OTHERS = (LOGISTIC, TANH, RELU, SOFT_RELU)


def _at_h(p: Pass, layer: int) -> Array:
    return p.activation(layer).slope(p.h[layer])


def _squared(p: Pass, layer: int) -> Array:
    return np.asarray(p.activation(layer).slope(p.z[layer]) ** 2)


def _negative(p: Pass, layer: int) -> Array:
    return -p.activation(layer).slope(p.z[layer])


def _of_signal(p: Pass, layer: int) -> Array:
    return p.activation(layer).slope(p.h_bar[layer])


def _added(p: Pass, layer: int) -> Array:
    return p.h_bar[layer] + p.slope[layer]


def _through(p: Pass, layer: int) -> Array:
    return p.activation(layer).value(p.h_bar[layer])


def _of_layer(step: int) -> Step:
    def slope(p: Pass, layer: int) -> Array:
        at = layer + step
        z = p.z[at] if 1 <= at < p.depth else p.z[layer]
        return p.activation(layer).slope(z if z.shape == p.z[layer].shape else p.z[layer])

    return slope


def _slope_of(other: Activation) -> Step:
    return lambda p, layer: other.slope(p.z[layer])


def _is_not(other: Activation) -> Callable[[Net], bool]:
    return lambda net: other not in (net.hidden, net.output)


def _is(*activations: Activation) -> Callable[[Net], bool]:
    return lambda net: net.hidden in activations or net.output in activations


def _logistic_in_h(p: Pass, layer: int) -> Array:
    return p.h[layer] * (1.0 - p.h[layer])


def _tanh_in_h(p: Pass, layer: int) -> Array:
    return 1.0 - p.h[layer] ** 2


def _one_minus_h(p: Pass, layer: int) -> Array:
    return 1.0 - p.h[layer]


def _output_slope_at_z(p: Pass, layer: int) -> Array:
    return p.net.hidden.slope(p.z[layer])


def _output_slope_in_y(p: Pass, layer: int) -> Array:
    formula = {"logistic": _logistic_in_h, "tanh": _tanh_in_h}.get(p.net.hidden.name)
    return formula(p, layer) if formula else p.net.hidden.slope(p.h[layer])


def _linear_output(net: Net) -> bool:
    return net.loss == "squared" and net.output.name == "linear" and net.hidden.name != "linear"


SLOPES: tuple[NetMistake, ...] = (
    NetMistake("slope-left-out", "z", "slopes", (("slope", lambda p, layer: np.ones_like(p.z[layer])),)),
    NetMistake("slope-at-h", "z", "slopes", (("slope", _at_h),)),
    NetMistake("slope-is-value", "z", "slopes", (("slope", lambda p, layer: p.h[layer]),)),
    NetMistake("slope-squared", "z", "slopes", (("slope", _squared),)),
    NetMistake("slope-sign", "z", "slopes", (("slope", _negative),)),
    NetMistake(
        "slope-of-signal",
        "z",
        "slopes",
        (("slope", _of_signal),),
        lambda net: net.hidden is not RELU,
        bent=True,
    ),
    NetMistake("slope-added", "z", "slopes", (("z_bar", _added),), bent=True),
    NetMistake("signal-through-activation", "z", "slopes", (("z_bar", _through),), bent=True),
    NetMistake(
        "signal-left-out",
        "z",
        "slopes",
        (("z_bar", lambda p, layer: p.slope[layer]),),
        any_scale=True,
        bent=True,
    ),
    NetMistake("slope-of-layer-below", "z", "hidden", (("slope", _of_layer(-1)),)),
    NetMistake("slope-of-layer-above", "z", "hidden", (("slope", _of_layer(1)),)),
    NetMistake("slope-one-minus-h", "z", "slopes", (("slope", _one_minus_h),), _is(LOGISTIC, TANH)),
    NetMistake(
        "slope-wrong-side",
        "z",
        "slopes",
        (("slope", lambda p, layer: np.where(p.z[layer] < 0, 1.0, 0.0)),),
        _is(RELU),
    ),
    NetMistake(
        "slope-of-other",
        "z",
        "slopes",
        (("slope", _logistic_in_h),),
        _is_not(LOGISTIC),
        (("other", "logistic"),),
    ),
    NetMistake(
        "slope-of-other", "z", "slopes", (("slope", _tanh_in_h),), _is_not(TANH), (("other", "tanh"),)
    ),
    *(
        NetMistake(
            "slope-of-other", "z", "slopes", (("slope", _slope_of(o)),), _is_not(o), (("other", o.name),)
        )
        for o in OTHERS
    ),
    NetMistake("slope-on-output", "y", "last", (("slope", _output_slope_at_z),), _linear_output),
    NetMistake("slope-on-output", "y", "last", (("slope", _output_slope_in_y),), _linear_output),
)
