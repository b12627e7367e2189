"""Pictures of a plane: where a net's outputs are above a level, and its loss along the training path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.pictures.figures import figure, figures, numbers_in, thinned, without_noise
from reference.arrays import Array

SIDE = 33  # points along one side of a boundary's grid
SURFACE_SIDE = 25
MOST_POINTS = 200
MOST_OF_PATH = 60
FLAT = 1e-3  # of the largest output: a picture has four digits, so that smaller differences are rounding
FLAT_NOTE = (
    "Your net's output is the same on the whole square, to three digits: there is no boundary to draw."
)
STILL = 1e-10  # of the largest parameter: a path that moves less only shows rounding
MARGIN = 0.25  # of the path's extent, on each side


def grid(low: float, high: float, side: int = SIDE) -> Array:
    """The points of a square grid (side * side, 2), row by row from the lowest x2, x1 running fastest."""
    across = np.linspace(low, high, side)
    x1, x2 = np.meshgrid(across, across)
    return np.column_stack([x1.ravel(), x2.ravel()])


def boundary(
    answers: npt.ArrayLike,
    points: npt.ArrayLike,
    targets: npt.ArrayLike,
    *,
    low: float = -0.5,
    high: float = 1.5,
    level: float = 0.5,
    reference: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Where the output of a net with two inputs is above `level` on [low, high]^2.

    `answers` are the outputs at the points of `grid(low, high)`, followed by those at `points` (n, 2),
    whose classes are `targets` > level; `reference` are another net's outputs on the grid alone.
    Raises ValueError if the numbers of points and answers differ.
    """
    x, t = np.asarray(points, dtype=np.float64), np.asarray(targets, dtype=np.float64).ravel()
    y = np.asarray(answers, dtype=np.float64).ravel()
    cells = SIDE * SIDE
    field = without_noise(y[:cells], FLAT)
    if x.shape != (len(t), 2) or len(t) > MOST_POINTS or len(y) != cells + len(t) or not np.isfinite(x).all():
        raise ValueError(f"boundary: {len(y)} answers for {cells} points of the grid and {len(t)} more")
    data: dict[str, Any] = {
        "low": figure(low),
        "high": figure(high),
        "level": figure(level),
        "answers": figures(field.reshape(SIDE, SIDE), 4),
        "points": [
            {"at": figures(at), "target": figure(float(target)), "answer": figure(float(answer), 4)}
            for at, target, answer in zip(x, t, y[cells:], strict=True)
        ],
    }
    if np.isfinite(field).all() and np.ptp(field) == 0.0:
        data["note"] = FLAT_NOTE
    if reference is not None:
        data["reference"] = figures(np.asarray(reference, dtype=np.float64).reshape(SIDE, SIDE), 4)
    return data


def surface(
    path: Sequence[Mapping[str, Any]],
    loss: Callable[[dict[str, Array]], npt.ArrayLike],
    steps: Sequence[int] | None = None,
) -> dict[str, Any] | None:
    """The loss over the plane nearest to a path of parameters, and the path in that plane.

    `path` is a list of parameters, each a dict of arrays; `loss` takes such a dict with one row for each
    point and returns one loss for each row; `steps` are the numbers of steps to each point. The plane goes
    through the last point along the two directions in which the path varies most (its principal
    directions); `share` is their part of the variance. None if the path is not finite or never
    moves, since there is no plane then.
    """
    names = list(path[0]) if path else []
    flat = np.array([np.concatenate([np.ravel(p[name]) for name in names]) for p in path]) if names else None
    if flat is None or len(flat) < 3 or not np.isfinite(flat).all():
        return None
    directions, share = _principal(flat)
    if directions is None:
        return None
    counts = list(steps or range(len(flat)))
    indices = thinned(len(flat), MOST_OF_PATH)
    flat = flat[indices]
    here = (flat - flat[-1]) @ directions.T
    a, b = (_extent(here[:, i], float(np.ptp(here, axis=0).max())) for i in (0, 1))
    across, up = np.meshgrid(np.linspace(*a, SURFACE_SIDE), np.linspace(*b, SURFACE_SIDE))
    plane = flat[-1] + across.reshape(-1, 1) * directions[0] + up.reshape(-1, 1) * directions[1]
    on_plane = np.asarray(loss(_unflat(plane, path[0])), dtype=np.float64).reshape(SURFACE_SIDE, SURFACE_SIDE)
    on_plane = without_noise(on_plane, FLAT)
    on_path = np.asarray(loss(_unflat(flat, path[0])), dtype=np.float64).ravel()
    return {
        "a": figures(np.array(a)),
        "b": figures(np.array(b)),
        "losses": figures(on_plane, 4),
        "path": [
            {"at": figures(at, 4), "loss": figure(float(j), 4), "step": int(counts[i])}
            for i, at, j in zip(indices, here, on_path, strict=True)
        ],
        "share": figure(share, 3),
    }


def _principal(flat: Array) -> tuple[Array | None, float]:
    """The two directions of largest variance, each with its largest entry positive, and their share of it."""
    off = flat - flat.mean(axis=0)
    scale = float(np.max(np.abs(off)))
    if not STILL * float(np.max(np.abs(flat))) < scale < 1e150 or flat.shape[1] < 2:
        return None, 0.0
    _, sizes, directions = np.linalg.svd(off / scale, full_matrices=False)
    chosen = directions[:2]
    signs = np.sign(chosen[np.arange(2), np.argmax(np.abs(chosen), axis=1)])
    return chosen * signs[:, None], float(np.sum(sizes[:2] ** 2) / np.sum(sizes**2))


def _extent(along: Array, widest: float) -> tuple[float, float]:
    """From below the least to above the largest, at least a fifth of the widest extent across."""
    middle, half = (along.max() + along.min()) / 2, max((along.max() - along.min()) / 2, 0.1 * widest)
    return float(middle - (1 + 2 * MARGIN) * half), float(middle + (1 + 2 * MARGIN) * half)


def _unflat(rows: Array, like: Mapping[str, Any]) -> dict[str, Array]:
    """Rows of all parameters as a dict of arrays with one row for each point."""
    stacked, start = {}, 0
    for name, value in like.items():
        shape = np.shape(value)
        size = int(np.prod(shape))
        stacked[name] = rows[:, start : start + size].reshape(len(rows), *shape)
        start += size
    return stacked


def answers_on(predict: Callable[[Array], Any], x: Array) -> Array | None:
    """predict(x) as a vector with one number for each row; None if it is anything else."""
    values = numbers_in(predict(x), len(x))
    return None if values is None else values.ravel()
