"""Mistakes at the end of a net: in y-bar, and in z-bar of a softmax."""

from __future__ import annotations

import numpy as np

from reference.activations import LOGISTIC
from reference.arrays import Array
from reference.losses import softmax
from reference.mistakes.net_mistake import NetMistake
from reference.mistakes.nets import Net, Pass


def squared(net: Net) -> bool:
    """Whether the loss is the squared error."""
    return net.loss == "squared"


def classes(net: Net) -> bool:
    """Whether the loss is the cross-entropy of a softmax."""
    return net.loss == "cross-entropy"


def _error(p: Pass) -> Array:
    return p.y - p.batch.t


def _jacobian_of_error(p: Pass, layer: int) -> Array:
    error = _error(p)
    return np.asarray(p.y * (error - np.sum(p.y * error, axis=1, keepdims=True)))


def _normalised(p: Pass, axis: int | None, *, by_row: bool = False) -> Array:
    """Exponentials divided by their sum along a wrong axis. With `by_row`, the largest z of each row is
    subtracted first, as a correct softmax may do."""
    z = p.z[p.depth]
    e = np.exp(z - (z.max(axis=1, keepdims=True) if by_row else z.max()))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


OUTPUTS: tuple[NetMistake, ...] = (
    NetMistake("target-left-out", "y", "last", (("y_bar", lambda p, layer: p.y),), squared),
    NetMistake("error-squared", "y", "last", (("y_bar", lambda p, layer: _error(p) ** 2),), squared),
    NetMistake("error-absolute", "y", "last", (("y_bar", lambda p, layer: np.abs(_error(p))),), squared),
    NetMistake("error-sign-only", "y", "last", (("y_bar", lambda p, layer: np.sign(_error(p))),), squared),
    NetMistake(
        "y-bar-is-one", "y", "last", (("y_bar", lambda p, layer: np.ones_like(p.y)),), squared, any_scale=True
    ),
    NetMistake(
        "error-of-z",
        "y",
        "last",
        (("y_bar", lambda p, layer: p.z[layer] - p.batch.t),),
        lambda net: squared(net) and net.output.name != "linear",
    ),
    NetMistake("softmax-jacobian-twice", "z", "last", (("z_bar", _jacobian_of_error),), classes),
    NetMistake(
        "softmax-diagonal", "z", "last", (("z_bar", lambda p, layer: p.y_bar * p.y * (1.0 - p.y)),), classes
    ),
    NetMistake(
        "softmax-slope-on-error",
        "z",
        "last",
        (("z_bar", lambda p, layer: _error(p) * p.y * (1.0 - p.y)),),
        classes,
    ),
    NetMistake("softmax-jacobian-left-out", "z", "last", (("z_bar", lambda p, layer: p.y_bar),), classes),
    NetMistake(
        "logits-for-probabilities",
        "z",
        "last",
        (("z_bar", lambda p, layer: p.z[layer] - p.batch.t),),
        classes,
    ),
    NetMistake("target-left-out", "z", "last", (("z_bar", lambda p, layer: p.y),), classes),
    NetMistake("one-from-every-class", "z", "last", (("z_bar", lambda p, layer: p.y - 1.0),), classes),
    NetMistake(
        "target-entry-only", "z", "last", (("z_bar", lambda p, layer: _error(p) * p.batch.t),), classes
    ),
    NetMistake("softmax-over-rows", "z", "last", (("y", lambda p, layer: _normalised(p, 0)),), classes),
    NetMistake("softmax-over-all", "z", "last", (("y", lambda p, layer: _normalised(p, None)),), classes),
    NetMistake(
        "softmax-over-rows", "z", "last", (("y", lambda p, layer: _normalised(p, 0, by_row=True)),), classes
    ),
    NetMistake(
        "softmax-over-all", "z", "last", (("y", lambda p, layer: _normalised(p, None, by_row=True)),), classes
    ),
    NetMistake("softmax-unnormalised", "z", "last", (("y", lambda p, layer: np.exp(p.z[layer])),), classes),
    NetMistake(
        "softmax-twice", "z", "last", (("y", lambda p, layer: softmax(softmax(p.z[layer]))),), classes
    ),
    NetMistake(
        "logistic-for-softmax", "z", "last", (("y", lambda p, layer: LOGISTIC.value(p.z[layer])),), classes
    ),
    NetMistake("y-bar-is-error", "y", "last", (("y_bar", lambda p, layer: _error(p)),), classes),
)
