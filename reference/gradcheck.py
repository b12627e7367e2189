"""The gradient check: measures the slopes of a function and compares a gradient with them.

For each parameter, with a the gradient, b the slopes and n their number, in 2-norms:

    |a - b| <= relative (|a| + |b|) + 4 u |f| sqrt(n) / eps

The second term is the rounding noise of the central difference, not a tolerance to choose: without
it, right gradients of deep nets with small weights fail. README.md derives both terms, and
the rounding of the moved entries, which is added for gradients that are zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reference.arrays import Array
from reference.slopes import FLOAT32, FLOAT64, Bench, NotFinite, Precision, Probe, Sides, Stacked

__all__ = [
    "FLOAT32",
    "FLOAT64",
    "Agreement",
    "NotFinite",
    "Precision",
    "Stacked",
    "check",
    "compare",
    "slopes",
]


SQUARES = (1e-250, 1e250)  # limits of squared norms that need no scaling


@dataclass(frozen=True)
class Agreement:
    """How a gradient compares with the expected one.

    `error` is |a - b| / (|a| + |b|), `threshold` the tolerance in the same units, `noise` the
    rounding noise of b over the larger of |a| and |b| (at most 1). `worst` is the index of the
    entry that differs most, `got` and `want` its two values; `probed` says that they belong to
    a random direction instead. `kinks` counts the entries at a kink, where any subgradient passes.
    """

    error: float
    threshold: float
    noise: float
    worst: tuple[int, ...]
    got: float
    want: float
    probed: bool = False
    kinks: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the error is at most the threshold; not so for NaN."""
        return self.error <= self.threshold


def check(
    f: Stacked,
    at: Mapping[str, Array],
    grads: Mapping[str, Array],
    precision: Precision = FLOAT64,
) -> dict[str, Agreement]:
    """Compare each of `grads` with the slopes of f at the point `at`.

    Every gradient has the shape of the entry of `at` with its name; `at` may hold more names.
    Raises NotFinite if f is not finite at the point or a step beside it.
    """
    probes = tuple(Probe(name, np.asarray(at[name]).size) for name in grads)
    bench = Bench(f, at, precision)
    here, near = bench.measure(probes, 1)
    agreements = {p.name: _compare(grads[p.name], p, here, near[p.name], precision) for p in probes}
    doubtful = tuple(p for p in probes if not agreements[p.name].agrees)
    far = bench.measure(doubtful, 2)[1] if doubtful else {}
    for p in doubtful:
        sides = _subgradients(here, near[p.name], far[p.name], precision)
        agreements[p.name] = _compare(grads[p.name], p, here, near[p.name], precision, sides)
    return agreements


def compare(a: Array, b: Array, relative: float, noise: float = 0.0) -> Agreement:
    """Compare a with b, finite and of the same shape: |a - b| <= relative (|a| + |b|) + noise."""
    return _agreement(a, b, np.asarray(b), Tolerance(relative, noise))


def slopes(f: Stacked, at: Mapping[str, Array], precision: Precision = FLOAT64) -> dict[str, Array]:
    """The slope of f along every entry of every parameter, by central differences, each in the
    shape of its parameter; large parameters too are measured entry by entry."""
    probes = tuple(Probe(name, np.asarray(value).size, every_entry=True) for name, value in at.items())
    _, near = Bench(f, at, precision).measure(probes, 1)
    return {p.name: near[p.name].slope.reshape(np.shape(at[p.name])) for p in probes}


def _subgradients(here: float, near: Sides, far: Sides, precision: Precision) -> tuple[Array, Array]:
    """The smallest and the largest slope that pass in each direction: around a kink, the slopes
    of the two sides (of second order, from one step and two); elsewhere, the slope itself.

    A kink is a bend that does not shrink with the step: smooth functions have
    bend(2e) = 2 bend(e), up to noise.
    """
    eps, slope = precision.eps, near.slope
    unshrunk = np.abs(far.bend(here, 2.0 * eps) - 2.0 * near.bend(here, eps))
    kink = unshrunk > 32.0 * precision.u * abs(here) / eps + 1e-4 * np.abs(slope) + 1e-9
    left = (3.0 * here - 4.0 * near.behind + far.behind) / (2.0 * eps)
    right = (4.0 * near.ahead - 3.0 * here - far.ahead) / (2.0 * eps)
    return np.where(kink, np.minimum(left, right), slope), np.where(kink, np.maximum(left, right), slope)


def _compare(
    grad: Array,
    probe: Probe,
    here: float,
    near: Sides,
    precision: Precision,
    subgradients: tuple[Array, Array] | None = None,
) -> Agreement:
    a, slope = probe.project(grad), near.slope
    tolerance = Tolerance(
        precision.relative,
        noise=4.0 * precision.u * abs(here) * float(np.sqrt(a.size)) / precision.eps,
        moved=precision.u
        * float(np.linalg.norm(near.moved * near.bend(here, precision.eps)))
        / precision.eps,
    )
    low, high = subgradients or (slope, slope)
    shape = np.shape(grad) if probe.along is None else a.shape
    target = np.clip(a, low, high)
    return _agreement(
        a.reshape(shape),
        slope.reshape(shape),
        target.reshape(shape),
        tolerance,
        probed=probe.along is not None,
        kinks=int(np.count_nonzero(low < high)),
    )


@dataclass(frozen=True)
class Tolerance:
    """relative (|a| + |b|) + noise + moved; see README.md for the two absolute terms."""

    relative: float
    noise: float = 0.0
    moved: float = 0.0


def _agreement(
    a: Array, b: Array, target: Array, tolerance: Tolerance, probed: bool = False, kinks: int = 0
) -> Agreement:
    """|a - target| compared with the tolerance, in units of |a| + |b|."""
    relative, noise = tolerance.relative, tolerance.noise
    if not a.size:
        return Agreement(0.0, relative, 0.0, (), 0.0, 0.0, probed, kinks)
    off, (norm_off, norm_a, norm_b), scale = _norms(a, b, target)
    worst = tuple(map(int, np.unravel_index(np.abs(off).argmax(), off.shape)))
    size = norm_a + norm_b
    return Agreement(
        error=norm_off / size if size else 0.0,
        threshold=min(1.0, relative + (noise + tolerance.moved) / scale / size) if size else relative,
        noise=min(1.0, noise / scale / max(norm_a, norm_b)) if size else float(noise > 0),
        worst=worst,
        got=float(a[worst]),
        want=float(b[worst]),
        probed=probed,
        kinks=kinks,
    )


def _norms(a: Array, b: Array, target: Array) -> tuple[Array, list[float], float]:
    """a - target, and the 2-norms of that, of a and of b, and the unit that they are in: 1, unless a
    square would overflow or underflow."""
    with np.errstate(over="ignore"):
        off = a - target
        squares = [float(np.dot(v, v)) for v in (off.ravel(), a.ravel(), b.ravel())]
    if squares[0] < SQUARES[1] and all(SQUARES[0] < square < SQUARES[1] for square in squares[1:]):
        return off, [math.sqrt(square) for square in squares], 1.0
    scale = float(max(np.max(np.abs(a)), np.max(np.abs(b)))) or 1.0
    off = a / scale - target / scale
    return off, [float(np.linalg.norm(v)) for v in (off, a / scale, b / scale)], scale
