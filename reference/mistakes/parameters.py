"""Mistakes in the gradients of weights and biases, computed from a right z-bar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.mistakes.net_mistake import NetMistake
from reference.mistakes.nets import Net, Pass, Step


def _from(inputs: Callable[[Pass, int], Array]) -> Step:
    """W-bar computed with other inputs than h of the layer below."""
    return lambda p, layer: p.z_bar[layer].T @ inputs(p, layer)


def _signal(signals: Callable[[Pass, int], Array]) -> Step:
    """W-bar computed from another error signal than z-bar of the layer."""
    return lambda p, layer: signals(p, layer).T @ p.h[layer - 1]


def _row(at: int) -> Step:
    return lambda p, layer: np.outer(p.z_bar[layer][at], p.h[layer - 1][at])


def _scaled(of: Callable[[Pass, int], Array], power: int) -> Step:
    """The result of `of` times this power of the number of rows."""
    return lambda p, layer: of(p, layer) * float(p.batch.rows) ** power


def _w(p: Pass, layer: int) -> Array:
    return p.z_bar[layer].T @ p.h[layer - 1]


def _b(p: Pass, layer: int) -> Array:
    return np.asarray(p.z_bar[layer].sum(axis=0))


def _total(p: Pass, layer: int) -> Array:
    return np.full(p.z_bar[layer].shape[1], p.z_bar[layer].sum())


def _bent(net: Net) -> bool:
    return net.hidden.name != "linear" or net.output.name != "linear"


WEIGHTS: tuple[NetMistake, ...] = (
    NetMistake("weights-from-x", "W", "above", (("w_bar", _from(lambda p, layer: p.batch.x)),)),
    NetMistake("weights-from-z", "W", "above", (("w_bar", _from(lambda p, layer: p.z[layer - 1])),), _bent),
    NetMistake(
        "weights-from-slope",
        "W",
        "above",
        (("w_bar", _from(lambda p, layer: p.slope_right(layer - 1))),),
        _bent,
    ),
    NetMistake("weights-from-own-h", "W", "all", (("w_bar", _from(lambda p, layer: p.h[layer])),)),
    NetMistake("weights-from-h-bar", "W", "slopes", (("w_bar", _signal(lambda p, layer: p.h_bar[layer])),)),
    NetMistake("weights-from-y-bar", "W", "below", (("w_bar", _signal(lambda p, layer: p.z_bar[p.depth])),)),
    NetMistake("weights-transposed", "W", "all", (("w_bar", lambda p, layer: _w(p, layer).T),)),
    NetMistake(
        "input-left-out", "W", "all", (("w_bar", _from(lambda p, layer: np.ones_like(p.h[layer - 1]))),)
    ),
    NetMistake(
        "weights-without-signal",
        "W",
        "all",
        (("w_bar", _signal(lambda p, layer: np.ones_like(p.z_bar[layer]))),),
        any_scale=True,
        bent=True,
    ),
    NetMistake("weights-last-row", "W", "all", (("w_bar", _row(-1)),)),
    NetMistake("weights-first-row", "W", "all", (("w_bar", _row(0)),)),
    NetMistake("weights-averaged", "W", "all", (("w_bar", _scaled(_w, -1)),)),
    NetMistake("weights-not-averaged", "W", "all", (("w_bar", _scaled(_w, 1)),)),
    NetMistake("weights-sign", "W", "all", (("w_bar", lambda p, layer: -_w(p, layer)),)),
    NetMistake("weights-zero", "W", "all", (("w_bar", lambda p, layer: np.zeros_like(p.batch.w[layer])),)),
)

BIASES: tuple[NetMistake, ...] = (
    NetMistake("bias-not-summed", "b", "all", (("b_bar", lambda p, layer: p.z_bar[layer]),)),
    NetMistake("bias-not-summed", "b", "all", (("b_bar", _scaled(lambda p, layer: p.z_bar[layer], 1)),)),
    NetMistake("bias-averaged", "b", "all", (("b_bar", _scaled(_b, -1)),)),
    NetMistake("bias-not-averaged", "b", "all", (("b_bar", _scaled(_b, 1)),)),
    NetMistake("bias-first-row", "b", "all", (("b_bar", lambda p, layer: p.z_bar[layer][0]),)),
    NetMistake("bias-first-row", "b", "all", (("b_bar", _scaled(lambda p, layer: p.z_bar[layer][0], 1)),)),
    NetMistake("bias-last-row", "b", "all", (("b_bar", lambda p, layer: p.z_bar[layer][-1]),)),
    NetMistake("bias-last-row", "b", "all", (("b_bar", _scaled(lambda p, layer: p.z_bar[layer][-1], 1)),)),
    NetMistake("bias-summed-over-units", "b", "all", (("b_bar", _total),)),
    NetMistake(
        "bias-summed-over-units", "b", "all", (("b_bar", lambda p, layer: np.asarray(p.z_bar[layer].sum())),)
    ),
    NetMistake("bias-wrong-axis", "b", "all", (("b_bar", lambda p, layer: p.z_bar[layer].sum(axis=1)),)),
    NetMistake(
        "bias-wrong-axis",
        "b",
        "all",
        (("b_bar", lambda p, layer: p.z_bar[layer].sum(axis=1, keepdims=True)),),
    ),
    NetMistake(
        "bias-kept-axis", "b", "all", (("b_bar", lambda p, layer: p.z_bar[layer].sum(axis=0, keepdims=True)),)
    ),
    NetMistake("bias-kept-axis", "b", "all", (("b_bar", lambda p, layer: _b(p, layer)[:, np.newaxis]),)),
    NetMistake("bias-from-h-bar", "b", "slopes", (("b_bar", lambda p, layer: p.h_bar[layer].sum(axis=0)),)),
    NetMistake("bias-from-y-bar", "b", "below", (("b_bar", lambda p, layer: p.z_bar[p.depth].sum(axis=0)),)),
    NetMistake("bias-sign", "b", "all", (("b_bar", lambda p, layer: -_b(p, layer)),)),
    NetMistake("bias-zero", "b", "all", (("b_bar", lambda p, layer: np.zeros_like(p.batch.b[layer])),)),
)


def _both(w: Step, b: Step) -> tuple[tuple[str, Step], ...]:
    return (("w_bar", w), ("b_bar", b))


LAYERS: tuple[NetMistake, ...] = (
    NetMistake(
        "rows-overwritten", "W", "whole", _both(_row(-1), lambda p, layer: p.z_bar[layer][-1]), any_scale=True
    ),
    NetMistake(
        "first-row-only", "W", "whole", _both(_row(0), lambda p, layer: p.z_bar[layer][0]), any_scale=True
    ),
    NetMistake(
        "layer-skipped",
        "z",
        "all",
        _both(
            lambda p, layer: np.zeros_like(p.batch.w[layer]), lambda p, layer: np.zeros_like(p.batch.b[layer])
        ),
    ),
    NetMistake(
        "layer-from-signal-above",
        "W",
        "below",
        _both(_signal(lambda p, layer: p.z_bar[layer + 1]), lambda p, layer: p.z_bar[layer + 1].sum(axis=0)),
    ),
    NetMistake(
        "layer-from-h-bar",
        "W",
        "slopes-above",
        _both(_signal(lambda p, layer: p.h_bar[layer]), lambda p, layer: p.h_bar[layer].sum(axis=0)),
    ),
)
