"""One forward and backward pass of a net, step by step, so that each step can be replaced by a wrong one.

Parameters, batches and formulas are those of reference.mlp. A step is named by the quantity that it
computes and its layer; `changes` replaces the functions of some steps.
Signals are those of the sum of the rows' losses; an average changes only their scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from reference.activations import LINEAR, LOGISTIC, Activation
from reference.arrays import Array, as_float64
from reference.losses import softmax

Step = Callable[["Pass", int], Array]
Changes = Mapping[tuple[str, int], Step]


@dataclass(frozen=True)
class Net:
    """The kind of a net: the hidden layers' activation, the output's, the loss of a row, and the
    weight lambda of the penalty lambda/2 sum of w^2 on the cost. With cross-entropy the last layer
    is linear, its z the logits, and y their softmax."""

    hidden: Activation = LOGISTIC
    output: Activation = LINEAR
    loss: Literal["squared", "cross-entropy"] = "squared"
    penalty: float = 0.0


@dataclass(frozen=True)
class Batch:
    """Parameters and rows: W[l] (m_l, m_{l-1}) and b[l] (m_l,) from l = 1 on, x (n, d), t (n, k).
    `names` are the parameters' names, W and b of each layer in turn."""

    w: tuple[Array, ...]
    b: tuple[Array, ...]
    x: Array
    t: Array
    names: tuple[str, ...]

    @property
    def depth(self) -> int:
        """The number of layers L."""
        return len(self.w) - 1

    @property
    def rows(self) -> int:
        """The number of rows n."""
        return int(self.x.shape[0])


EMPTY = np.zeros(0)


def batch_of(params: Mapping[str, Any], x: Any, t: Any) -> Batch:
    """A batch from a dict W1, b1, W2, ... (or W, b), rows x (n, d), or (d,) for one, and targets
    (n, k), (k,) for one row, (n,) where k is 1, or whole numbers naming classes. Raises ValueError
    where the shapes don't fit."""
    names = _names(params)
    w = (EMPTY, *(as_float64(params[name]) for name in names[0::2]))
    b = (EMPTY, *(as_float64(params[name]) for name in names[1::2]))
    rows = np.atleast_2d(as_float64(x))
    outputs = w[-1].shape[0]
    targets = np.asarray(t)
    if targets.dtype.kind in "iu" and targets.ndim == 1 and outputs > 1 and targets.size == rows.shape[0]:
        targets = np.eye(outputs)[targets]
    targets = as_float64(targets).reshape(rows.shape[0], outputs)
    widths = [rows.shape[1], *(weights.shape[0] for weights in w[1:])]
    for layer in range(1, len(w)):
        if w[layer].shape != (widths[layer], widths[layer - 1]) or b[layer].shape != (widths[layer],):
            raise ValueError(f"{names[2 * layer - 2]} and {names[2 * layer - 1]} don't fit the net")
    return Batch(w, b, rows, targets, names)


def _names(params: Mapping[str, Any]) -> tuple[str, ...]:
    if "W" in params and "b" in params:
        return ("W", "b")
    depth = sum(1 for name in params if name.startswith("W"))
    names = tuple(f"{letter}{layer}" for layer in range(1, depth + 1) for letter in "Wb")
    if not names or set(names) != set(params):
        raise ValueError("the parameters of a net are W1, b1, W2, b2 and so on")
    return names


@dataclass
class Pass:
    """Every value and signal, by layer: z, h (h[0] = x), slope, z_bar, h_bar, W_bar, b_bar; and y,
    y_bar. The result of a wrong step has the shape that the student's array would have."""

    net: Net
    batch: Batch
    changes: Changes = field(default_factory=dict)
    scale: float = 1.0  # a factor on the first signal of the backward pass

    def __post_init__(self) -> None:
        size = self.batch.depth + 1
        self.z: list[Array] = [EMPTY] * size
        self.h: list[Array] = [self.batch.x, *[EMPTY] * (size - 1)]
        self.slope: list[Array] = [EMPTY] * size
        self.z_bar: list[Array] = [EMPTY] * size
        self.h_bar: list[Array] = [EMPTY] * size
        self.w_bar: list[Array] = [EMPTY] * size
        self.b_bar: list[Array] = [EMPTY] * size
        self.y = self.y_bar = EMPTY

    @property
    def depth(self) -> int:
        """The number of layers L."""
        return self.batch.depth

    def activation(self, layer: int) -> Activation:
        """phi of that layer; the last one's is the output's."""
        if layer < self.depth:
            return self.net.hidden
        return LINEAR if self.net.loss == "cross-entropy" else self.net.output

    def slope_right(self, layer: int) -> Array:
        """The right phi' of that layer at its z, even if this pass uses another slope."""
        return self.activation(layer).slope(self.z[layer])

    def step(self, name: str, layer: int) -> Array:
        """The result of a step in this pass, with the changed function if there is one."""
        return self.changes.get((name, layer), RIGHT[name])(self, layer)

    def forward(self) -> Pass:
        """z_l = W_l h_{l-1} + b_l, h_l = phi_l(z_l), y."""
        with np.errstate(all="ignore"):
            for layer in range(1, self.depth + 1):
                self.z[layer] = self.step("z", layer)
                self.h[layer] = self.step("h", layer)
            self.y = self.step("y", self.depth)
        return self

    def backward(self) -> Pass:
        """From y-bar back to the parameters of layer 1."""
        with np.errstate(all="ignore"):
            self.y_bar = self.scale * self.step("y_bar", self.depth)
            self.h_bar[self.depth] = self.y_bar
            for layer in range(self.depth, 0, -1):
                self._layer(layer)
        return self

    def _layer(self, layer: int) -> None:
        """From h-bar of a layer to its z-bar, its parameters, and h-bar of the layer below."""
        self.slope[layer] = self.step("slope", layer)
        self.z_bar[layer] = self.step("z_bar", layer)
        if layer == self.depth and self.net.loss == "cross-entropy":
            self.z_bar[layer] = self.scale * self.z_bar[layer]
        self.w_bar[layer] = self.step("w_bar", layer)
        self.b_bar[layer] = self.step("b_bar", layer)
        if layer > 1:
            self.h_bar[layer - 1] = self.step("h_bar", layer - 1)

    def run(self) -> Pass:
        """Forward and backward."""
        return self.forward().backward()

    def gradients(self) -> dict[str, Array]:
        """The parameters' signals by name, of the sum of the rows' losses, without the penalty."""
        pairs = zip(self.w_bar[1:], self.b_bar[1:], strict=True)
        return dict(zip(self.batch.names, (signal for pair in pairs for signal in pair), strict=True))

    def penalties(self) -> dict[str, Array]:
        """The penalty's part of the gradients by name: lambda W for each weight."""
        if not self.net.penalty:
            return {}
        added = self.changes.get(("penalty", 0), RIGHT["penalty"])
        return {
            name: added(self, index)
            for index, name in enumerate(self.batch.names)
            if name.startswith("W") or ("penalty", 0) in self.changes
        }

    def parameter(self, index: int) -> Array:
        """The value of the parameter with this index among the names."""
        layer = index // 2 + 1
        return self.batch.b[layer] if index % 2 else self.batch.w[layer]

    def row_losses(self) -> Array:
        """L of each row (n,), from this pass's y."""
        with np.errstate(all="ignore"):
            return np.asarray(self.step("loss", self.depth))

    def branch(self, changes: Changes) -> Pass:
        """The pass with these changes; all that stays the same is taken from this right pass, already run."""
        steps = {name for name, _ in changes}
        other = Pass(self.net, self.batch, changes, self.scale)
        if steps & {"z", "h"}:
            return other.run()
        for name in ("z", "h", "slope", "z_bar", "h_bar", "w_bar", "b_bar"):
            setattr(other, name, list(getattr(self, name)))
        other.y, other.y_bar = self.y, self.y_bar
        with np.errstate(all="ignore"):
            if steps & {"y", "y_bar"}:
                other.y = other.step("y", self.depth)
                return other.backward()
            other._down_from(max((layer for name, layer in changes if name in PATH_STEPS), default=0))
            for name, layer in changes:
                if name in ("w_bar", "b_bar"):
                    getattr(other, name)[layer] = other.step(name, layer)
        return other

    def _down_from(self, top: int) -> None:
        """The backward pass from h-bar of the layer `top` down; the layers above it are not changed."""
        if 0 < top < self.depth:
            self.h_bar[top] = self.step("h_bar", top)
        for layer in range(top, 0, -1):
            self._layer(layer)


PATH_STEPS = ("slope", "z_bar", "h_bar")


def _z(p: Pass, layer: int) -> Array:
    return p.h[layer - 1] @ p.batch.w[layer].T + p.batch.b[layer]


def _y(p: Pass, layer: int) -> Array:
    return softmax(p.z[layer]) if p.net.loss == "cross-entropy" else p.h[layer]


def _y_bar(p: Pass, layer: int) -> Array:
    if p.net.loss == "cross-entropy":
        return -np.divide(p.batch.t, p.y, out=np.zeros_like(p.y), where=p.batch.t != 0.0)
    return p.y - p.batch.t


def _z_bar(p: Pass, layer: int) -> Array:
    if layer == p.depth and p.net.loss == "cross-entropy":
        return np.asarray(p.y * p.batch.t.sum(axis=1, keepdims=True) - p.batch.t)
    return p.h_bar[layer] * p.slope[layer]


def _loss(p: Pass, layer: int) -> Array:
    if p.net.loss == "cross-entropy":
        logs = np.log(p.y, out=np.zeros_like(p.y), where=p.batch.t != 0.0)
        return np.asarray(-np.sum(p.batch.t * logs, axis=1))
    return np.asarray(0.5 * np.sum((p.y - p.batch.t) ** 2, axis=1))


RIGHT: dict[str, Step] = {
    "z": _z,
    "h": lambda p, layer: p.activation(layer).value(p.z[layer]),
    "y": _y,
    "y_bar": _y_bar,
    "slope": lambda p, layer: p.activation(layer).slope(p.z[layer]),
    "z_bar": _z_bar,
    "w_bar": lambda p, layer: p.z_bar[layer].T @ p.h[layer - 1],
    "b_bar": lambda p, layer: np.asarray(p.z_bar[layer].sum(axis=0)),
    "h_bar": lambda p, layer: p.z_bar[layer + 1] @ p.batch.w[layer + 1],
    "penalty": lambda p, index: p.net.penalty * p.parameter(index),
    "loss": _loss,
}
