"""Random inputs for a net of given shapes, on which different mistakes give different gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reference.activations import RELU
from reference.arrays import Array
from reference.mistakes import Batch, Net, Pass, batch_of

Arguments = tuple[dict[str, Array], Array, Any]
TRIES = 12
ENOUGH = 1e-4
ROWS = (5, 7, 6, 8, 9, 11, 13)


def rows_for(batch: Batch, avoid: int = 0) -> int:
    """A number of rows that differs from all widths of the net, so that no two averages are equal."""
    widths = {batch.x.shape[1], *(w.shape[0] for w in batch.w[1:]), avoid}
    return next((n for n in ROWS if n not in widths), 17)


def draw(
    rng: np.random.Generator, net: Net, like: tuple[Mapping[str, Any], Any, Any], rows: int, grow: int = 0
) -> Arguments:
    """Random params, x and t like the given ones, with this number of rows and layers wider by `grow`.
    Drawn again if a gradient vanishes."""
    best: tuple[float, Arguments | None] = (-1.0, None)
    for _ in range(TRIES):
        drawn = _draw(rng, net, like, rows, grow)
        quality = _quality(net, drawn)
        if quality > best[0]:
            best = quality, drawn
        if quality > ENOUGH:
            break
    assert best[1] is not None
    return best[1]


def _draw(
    rng: np.random.Generator, net: Net, like: tuple[Mapping[str, Any], Any, Any], rows: int, grow: int
) -> Arguments:
    template, x, t = like
    batch = batch_of(template, x, t)
    params: dict[str, Array] = {}
    for layer in range(1, batch.depth + 1):
        units, inputs = (size + grow for size in batch.w[layer].shape)
        w, b = batch.names[2 * layer - 2], batch.names[2 * layer - 1]
        params[w] = rng.normal(size=(units, inputs)) * (1.5 / np.sqrt(inputs))
        params[b] = 0.5 * rng.normal(size=units)
    ordered = {name: params[name] for name in template}
    shape = (rows, batch.x.shape[1] + grow) if np.ndim(x) == 2 else (batch.x.shape[1] + grow,)
    return ordered, rng.normal(size=shape), _targets(rng, net, batch, t, rows, grow)


def _targets(rng: np.random.Generator, net: Net, batch: Batch, t: Any, rows: int, grow: int) -> Any:
    outputs = batch.t.shape[1] + grow
    template = np.asarray(t)
    classes = rng.permutation(np.arange(rows) % outputs)
    if template.dtype.kind in "iu" and template.ndim == 1 and outputs > 1:
        return classes
    if net.loss == "cross-entropy":
        one_hot = bool(np.all((batch.t == 0) | (batch.t == 1)))
        drawn = np.eye(outputs)[classes] if one_hot else rng.dirichlet(2.0 * np.ones(outputs), size=rows)
    else:
        drawn = rng.normal(size=(rows, outputs))
    if template.ndim == 1:
        return drawn.reshape(-1) if outputs == 1 or rows == 1 else drawn
    return drawn


def _quality(net: Net, drawn: Arguments) -> float:
    """The norm of the smallest gradient divided by the largest: 0 if a gradient vanishes, small if a ReLU is
    on (or off) in every row, since its slope looks like a constant then."""
    right = Pass(net, batch_of(*drawn)).run()
    sizes = [float(np.linalg.norm(grad)) for grad in right.gradients().values()]
    hidden = right.h[1 : right.depth]
    live = all(np.all(np.any(h != 0, axis=0)) for h in hidden)
    share = min(sizes) / max(sizes) if max(sizes) > 0 else 0.0
    if net.hidden is RELU and hidden and len(hidden[0]) > 1:
        bends = np.concatenate([np.any(h == 0, axis=0) & np.any(h != 0, axis=0) for h in hidden])
        share = min(share, 0.9 * ENOUGH + float(np.all(bends))) * float(0.1 + np.mean(bends))
    return share if live else 1e-6 * share
