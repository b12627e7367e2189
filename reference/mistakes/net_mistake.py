"""A mistake in a net: which steps of a pass it changes, in which layers, and what is wrong first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from reference.activations import LINEAR
from reference.mistakes.nets import Batch, Changes, Net, Step
from reference.notation import bar, symbol

Where = Literal["slopes", "slopes-above", "hidden", "all", "above", "below", "last", "whole"]
Quantity = Literal["y", "z", "h", "W", "b"]


@dataclass(frozen=True)
class NetMistake:
    """A classic mistake in nets. The first wrong error signal is that of `quantity` in the changed layer.
    `where` says in which layers the mistake is possible: "slopes" are those whose activation is not
    linear, "above" all but the first, "below" all but the last, "whole" all of them at once. `fits`
    says for which nets it is a mistake at all. With `any_scale` it is the same mistake with and without
    an average over the rows. `bent` mistakes are not linear: an average taken in y-bar gives other
    gradients than one taken at the end."""

    id: str
    quantity: Quantity
    where: Where
    steps: tuple[tuple[str, Step], ...]
    fits: Callable[[Net], bool] = lambda net: True
    facts: tuple[tuple[str, str], ...] = ()
    any_scale: bool = False
    bent: bool = False


@dataclass(frozen=True)
class Variant:
    """A mistake at a place: in one layer, or (layer 0) in every layer where it is possible."""

    mistake: NetMistake
    layer: int
    changes: Changes
    touches: frozenset[str]
    signal: str

    @property
    def name(self) -> str:
        """The mistake's id, with the layer if it is in one layer of several."""
        return f"{self.mistake.id}:{self.layer}" if self.layer else self.mistake.id

    @property
    def in_forward(self) -> bool:
        """Whether it changes values too, not only error signals."""
        return any(name in ("z", "h", "y") for name, _ in self.changes)


def variants(mistakes: tuple[NetMistake, ...], net: Net, batch: Batch) -> Iterator[Variant]:
    """Every mistake that is possible in this net: in all its layers together, and in each layer alone."""
    for mistake in mistakes:
        if not mistake.fits(net):
            continue
        layers = _layers(mistake.where, net, batch.depth)
        if layers:
            yield _variant(mistake, layers, 0, net, batch)
        if len(layers) > 2 and mistake.where == "all":
            yield _variant(mistake, layers[:-1], 0, net, batch)
        if len(layers) > 1 and mistake.where != "whole":
            for layer in layers:
                yield _variant(mistake, (layer,), layer, net, batch)


def _layers(where: Where, net: Net, depth: int) -> tuple[int, ...]:
    if where in ("all", "whole"):
        return tuple(range(1, depth + 1))
    if where == "above":
        return tuple(range(2, depth + 1))
    if where == "below":
        return tuple(range(1, depth))
    if where == "last":
        return (depth,)
    if where == "slopes-above":  # in the first layer it is the same as a slope left out
        return tuple(layer for layer in _layers("slopes", net, depth) if layer > 1)
    bent = net.hidden is not LINEAR
    hidden = tuple(range(1, depth)) if bent or where == "hidden" else ()
    curved = net.output is not LINEAR and net.loss == "squared"
    return (*hidden, depth) if where == "slopes" and curved else hidden


def _variant(mistake: NetMistake, layers: tuple[int, ...], layer: int, net: Net, batch: Batch) -> Variant:
    changes = {(name, at): step for name, step in mistake.steps for at in layers}
    if mistake.steps and mistake.steps[0][0] == "penalty":
        changes = {("penalty", 0): mistake.steps[0][1]}
    touched = frozenset(name for key in changes for name in _touched(key, batch))
    return Variant(mistake, layer, changes, touched, signal(mistake.quantity, max(layers), net, batch))


def _touched(key: tuple[str, int], batch: Batch) -> Iterator[str]:
    """The parameters whose gradients a changed step can reach."""
    step, layer = key
    w, b = batch.names[0::2], batch.names[1::2]
    if step == "w_bar":
        yield w[layer - 1]
    elif step == "b_bar":
        yield b[layer - 1]
    elif step in ("slope", "z_bar", "h_bar"):
        yield from batch.names[: 2 * layer]
    else:
        yield from batch.names


def signal(quantity: Quantity, layer: int, net: Net, batch: Batch) -> str:
    """The error signal of this quantity in this layer, in the lecture's notation."""
    if quantity == "W":
        return bar(batch.names[2 * layer - 2])
    if quantity == "b":
        return bar(batch.names[2 * layer - 1])
    straight = net.loss == "squared" and (quantity == "y" or net.output is LINEAR)
    if quantity == "y" or (quantity == "z" and layer == batch.depth and straight):
        return bar("y") if straight else bar(symbol("z", batch.depth, batch.depth))
    return bar(symbol(quantity, layer, batch.depth))
