"""Slopes of a function, measured by central differences.

The function takes stacked arguments, a dict of arrays (m, *shape), and returns its m values,
so that all perturbations go in one call (in a few, above `CHUNK` numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reference.arrays import Array

Stacked = Callable[[dict[str, Array]], npt.ArrayLike]

MOST_ENTRIES = 2000  # larger parameters are measured along random directions only
DIRECTIONS = 8
CHUNK = 500_000  # numbers in one stacked call at most


@dataclass(frozen=True)
class Precision:
    """The rounding unit u of a dtype, the step eps, and its relative tolerances: `relative` for measured
    slopes, `sharp` for another computation of the same gradient."""

    dtype: type[np.floating]
    u: float
    eps: float
    relative: float
    sharp: float


FLOAT64 = Precision(np.float64, 2.2e-16, 1e-5, 1e-6, 1e-9)
FLOAT32 = Precision(np.float32, 1.2e-7, 1e-2, 1e-2, 1e-5)


class NotFinite(ArithmeticError):
    """The function is `value`, NaN or infinite, at the point itself (`name` is "") or where
    the entries of parameter `name` are moved by a step."""

    def __init__(self, value: float, name: str) -> None:
        super().__init__(
            f"the function is {value} {f'near the given {name}' if name else 'at the given point'}"
        )
        self.value = value
        self.name = name


class Probe:
    """The directions in which one parameter is moved: along each of its n entries, or along
    `DIRECTIONS` random unit vectors (always the same ones) if n is above `MOST_ENTRIES`."""

    def __init__(self, name: str, n: int, every_entry: bool = False) -> None:
        self.name = name
        self.along: Array | None = None
        self.count = n
        if n > MOST_ENTRIES and not every_entry:
            along = np.random.default_rng(n).normal(size=(DIRECTIONS, n))
            self.along = along / np.linalg.norm(along, axis=1, keepdims=True)
            self.count = DIRECTIONS

    def project(self, grad: Array) -> Array:
        """The slopes (count,) that a gradient, of the parameter's shape, predicts."""
        flat = np.asarray(grad, dtype=np.float64).reshape(-1)
        return flat if self.along is None else np.asarray(self.along @ flat)

    def move(self, entries: Array, k: int, distance: float) -> None:
        """Move the flat `entries` in place by `distance` in direction k."""
        if self.along is None:
            entries[k] += distance
        else:
            entries += (distance * self.along[k]).astype(entries.dtype)


@dataclass(frozen=True)
class Sides:
    """Values of f one step (or two) ahead and behind in each direction, the exact step from
    behind to ahead after the moved entries were rounded, and the largest |x| among the moved
    entries, which determines that rounding."""

    ahead: Array
    behind: Array
    step: Array
    moved: Array

    @property
    def slope(self) -> Array:
        """The central difference in each direction."""
        return np.asarray((self.ahead - self.behind) / self.step)

    def bend(self, here: float, eps: float) -> Array:
        """|f(x + e) - 2 f(x) + f(x - e)| / e."""
        return np.asarray(np.abs(self.ahead - 2.0 * here + self.behind) / eps)


class Bench:
    """The point where f is measured, as one flat vector with a slice for each parameter."""

    def __init__(self, f: Stacked, at: Mapping[str, Array], precision: Precision) -> None:
        arrays = {name: np.asarray(value, dtype=precision.dtype) for name, value in at.items()}
        self.f, self.precision = f, precision
        self.shapes = {name: value.shape for name, value in arrays.items()}
        self.point = np.concatenate([value.reshape(-1) for value in arrays.values()])
        ends = np.cumsum([0, *(value.size for value in arrays.values())])
        self.places = {n: slice(ends[i], ends[i + 1]) for i, n in enumerate(arrays)}

    def measure(self, probes: Sequence[Probe], steps: int) -> tuple[float, dict[str, Sides]]:
        """f at the point, and `steps` times eps to both sides of it in every direction of the probes.

        Raises NotFinite where f is NaN or infinite.
        """
        distance = steps * self.precision.eps
        moves = [(p, k, d) for p in probes for d in (distance, -distance) for k in range(p.count)]
        values = np.concatenate([self._values(rows) for rows in self._rows(moves)])
        _refuse_not_finite("", values[:1])
        sides, start = {}, 1
        for p in probes:
            ahead, behind = values[start : start + 2 * p.count].reshape(2, p.count)
            _refuse_not_finite(p.name, ahead, behind)
            x = np.abs(self.point[self.places[p.name]]).astype(np.float64)
            moved = x if p.along is None else np.full(p.count, np.max(x))
            sides[p.name] = Sides(ahead, behind, self._step(p, distance), moved)
            start += 2 * p.count
        return float(values[0]), sides

    def _rows(self, moves: Sequence[tuple[Probe, int, float]]) -> Iterator[Array]:
        """The point and moved copies of it, each as a row, in chunks."""
        most = max(2, CHUNK // max(1, self.point.size))
        for start in range(-1, len(moves), most):
            chunk = moves[max(0, start) : start + most]
            rows = np.tile(self.point, (len(chunk) + (start < 0), 1))
            for row, (probe, k, distance) in zip(rows[len(rows) - len(chunk) :], chunk, strict=True):
                probe.move(row[self.places[probe.name]], k, distance)
            yield rows

    def _values(self, rows: Array) -> Array:
        stacked = {n: rows[:, place].reshape(-1, *self.shapes[n]) for n, place in self.places.items()}
        values: Array = np.asarray(self.f(stacked), dtype=np.float64)
        if values.shape != (len(rows),):
            raise ValueError(f"the stacked function returned shape {values.shape} for {len(rows)} rows")
        return values

    def _step(self, probe: Probe, distance: float) -> Array:
        if probe.along is not None:
            return np.full(probe.count, 2.0 * distance)
        x, d = self.point[self.places[probe.name]], self.precision.dtype(distance)
        return np.asarray((x + d).astype(np.float64) - (x - d).astype(np.float64))


def _refuse_not_finite(name: str, *sides: Array) -> None:
    for side in sides:
        strange = side[~np.isfinite(side)]
        if strange.size:
            raise NotFinite(float(strange[0]), name)
