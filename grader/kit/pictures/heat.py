"""Heat maps: the relative error of every entry of a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.pictures.figures import figure, figures
from reference.arrays import Array

MOST_CELLS = 24  # along one side; larger parameters are shown in blocks
MOST_VALUES = 100  # up to this many entries, the values themselves are kept too
MOST_WORST = 6
MOST_PARAMETERS = 6
ROUNDING = 64 * 2.2e-16  # differences below it, in units of the largest entry, are rounding
EXACT = 1e-9


def heatmap(name: str, got: npt.ArrayLike, want: npt.ArrayLike, threshold: float = EXACT) -> dict[str, Any]:
    """One parameter of a heat map: |a - b| / (|a| + |b|) for each entry of `got` and `want`.

    A vector is shown as a column; with more than two axes, the last one gives the columns. With more than
    24 rows or columns, a cell is a block of entries and shows the largest error in it. Errors are 0 to 1,
    None where `got` is not finite. Raises ValueError if the shapes differ, or `want` is empty or not finite.
    """
    a, b = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if a.shape != b.shape or not b.size or not np.isfinite(b).all():
        raise ValueError(
            f"heatmap: {name} needs finite values of the same shape, not {a.shape} and {b.shape}"
        )
    errors = _errors(a, b)
    table = errors.reshape(_rows_and_columns(b.shape))
    block = tuple(-(-side // MOST_CELLS) for side in table.shape)
    part: dict[str, Any] = {
        "name": name[:40],
        "shape": list(b.shape),
        "threshold": figure(threshold),
        "entries": int(b.size),
        "wrong": int(np.count_nonzero(~(errors <= threshold))),
        "block": list(block),
        "errors": figures(_largest(table, block), 3),
        "worst": _worst(a, b, errors),
    }
    if b.size <= MOST_VALUES:
        part |= {"got": figures(a.reshape(table.shape)), "want": figures(b.reshape(table.shape))}
    return part


def _errors(a: Array, b: Array) -> Array:
    """The relative error of each entry; infinite where a is not finite."""
    scale = float(np.max(np.abs(b)))
    scale = max(scale, float(np.max(np.abs(a), where=np.isfinite(a), initial=0.0))) or 1.0
    a, b = a / scale, b / scale
    off, size = np.abs(a - b), np.abs(a) + np.abs(b)
    with np.errstate(invalid="ignore"):
        errors = np.divide(off, size, out=np.zeros_like(off), where=(size > 0) & ~(off <= ROUNDING))
    return np.where(np.isfinite(a), errors, np.inf)


def _rows_and_columns(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) < 2:
        return (int(np.prod(shape)), 1)
    return (int(np.prod(shape[:-1])), shape[-1])


def _largest(table: Array, block: tuple[int, ...]) -> Array:
    """The largest value in each block of the table."""
    starts = [np.arange(0, side, step) for side, step in zip(table.shape, block, strict=True)]
    down = np.maximum.reduceat(table, starts[0], axis=0)
    return np.asarray(np.maximum.reduceat(down, starts[1], axis=1))


def _worst(a: Array, b: Array, errors: Array) -> list[dict[str, Any]]:
    """The entries with the largest differences, and their values."""
    off = np.where(np.isfinite(a), np.abs(a - b), np.inf)
    order = np.argsort(-off, axis=None, kind="stable")[:MOST_WORST]
    places = [tuple(int(i) for i in np.unravel_index(n, a.shape)) for n in order.tolist()]
    return [
        {
            "at": list(at),
            "got": figure(float(a[at])),
            "want": figure(float(b[at])),
            "error": figure(float(errors[at]), 3),
        }
        for at in places
        if off[at] > 0
    ]
