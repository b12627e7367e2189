"""Mistakes on the way from z-bar of a layer to h-bar of the one below."""

from __future__ import annotations

import numpy as np

from reference.arrays import Array
from reference.mistakes.net_mistake import NetMistake
from reference.mistakes.nets import Pass, Step


def _right(p: Pass, layer: int) -> Array:
    return p.z_bar[layer + 1] @ p.batch.w[layer + 1]


def _like_h(p: Pass, layer: int, signal: Array) -> Array:
    """The signal broadcast to the shape of h of this layer; the right signal if that is not possible."""
    shape = p.h[layer].shape
    if signal.shape == shape or signal.shape == (shape[0], 1):
        return np.broadcast_to(signal, shape).copy()
    return _right(p, layer)


def _through(weights: Array, signal: Array, p: Pass, layer: int) -> Array:
    fits = signal.shape[1] == weights.shape[0]
    return _like_h(p, layer, signal @ weights) if fits else _right(p, layer)


def _transposed(p: Pass, layer: int) -> Array:
    return _through(p.batch.w[layer + 1].T, p.z_bar[layer + 1], p, layer)


def _without_signal(p: Pass, layer: int) -> Array:
    return np.tile(p.batch.w[layer + 1].sum(axis=0), (p.batch.rows, 1))


def _from_h_bar(p: Pass, layer: int) -> Array:
    return _through(p.batch.w[layer + 1], p.h_bar[layer + 1], p, layer)


def _from_y_bar(p: Pass, layer: int) -> Array:
    return _through(p.batch.w[layer + 1], p.z_bar[p.depth], p, layer)


def _weights_of(step: int) -> Step:
    def h_bar(p: Pass, layer: int) -> Array:
        at = layer + 1 + step
        return (
            _through(p.batch.w[at], p.z_bar[layer + 1], p, layer) if 1 <= at <= p.depth else _right(p, layer)
        )

    return h_bar


def _one_unit(at: int) -> Step:
    return lambda p, layer: np.outer(p.z_bar[layer + 1][:, at], p.batch.w[layer + 1][at])


def _averaged(p: Pass, layer: int) -> Array:
    return np.asarray(_right(p, layer) / p.batch.w[layer + 1].shape[0])


PATHS: tuple[NetMistake, ...] = (
    NetMistake("path-weights-transposed", "h", "below", (("h_bar", _transposed),)),
    NetMistake(
        "path-without-weights",
        "h",
        "below",
        (("h_bar", lambda p, layer: _like_h(p, layer, p.z_bar[layer + 1])),),
    ),
    NetMistake("path-without-signal", "h", "below", (("h_bar", _without_signal),), any_scale=True, bent=True),
    NetMistake("path-from-h-bar", "h", "below", (("h_bar", _from_h_bar),)),
    NetMistake("path-from-y-bar", "h", "below", (("h_bar", _from_y_bar),)),
    NetMistake("path-weights-of-layer-below", "h", "below", (("h_bar", _weights_of(-1)),)),
    NetMistake("path-weights-of-layer-above", "h", "below", (("h_bar", _weights_of(1)),)),
    NetMistake("path-last-unit-only", "h", "below", (("h_bar", _one_unit(-1)),)),
    NetMistake("path-first-unit-only", "h", "below", (("h_bar", _one_unit(0)),)),
    NetMistake("path-averaged", "h", "below", (("h_bar", _averaged),)),
)
