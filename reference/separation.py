"""Linear separability, decided exactly, with a certificate for each answer.

Two finite classes of points can be separated by a threshold on w . x + b, or their convex hulls
have a point in common: always exactly one of the two. Every number is used as an exact
fraction, so the answer doesn't depend on rounding. Where in the lecture: limits of linear
classifiers; XOR and its midpoint (1/2, 1/2); patterns under translation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from reference import simplex
from reference.arrays import Array

Number = SupportsFloat | Fraction
Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Hyperplane:
    """w (d,) and b with w . x + b > 0 at every point labelled 1 and < 0 at every other."""

    w: Vector
    b: Fraction


@dataclass(frozen=True)
class CommonPoint:
    """Convex weights of the points labelled 1 and of those labelled 0, in their order, that
    give the same point: it would have to be on both sides of a separating hyperplane."""

    positive: Vector
    negative: Vector

    def point(self, x: npt.ArrayLike, labels: npt.ArrayLike) -> Vector:
        """The common point (d,)."""
        return convex_combination(_classes(x, labels)[0], self.positive)


def rational(values: Iterable[Number], largest_denominator: int | None = None) -> Vector:
    """Each value as an exact fraction; with `largest_denominator`, as the nearest fraction
    whose denominator is at most that, so that 1/3 written as a float becomes 1/3.

    Raises ValueError for NaN and infinities.
    """
    exact = tuple(_fraction(value) for value in values)
    return (
        exact
        if largest_denominator is None
        else tuple(v.limit_denominator(largest_denominator) for v in exact)
    )


def convex_combination(points: Iterable[Iterable[Number]], weights: Iterable[Number]) -> Vector:
    """sum_i lambda_i x_i, exactly, of shape (d,), from points (n, d) and weights (n,)."""
    pairs = zip(rational(weights), (rational(point) for point in points), strict=True)
    rows = [[weight * value for value in point] for weight, point in pairs]
    return tuple(sum(column, Fraction(0)) for column in zip(*rows, strict=True))


def separate(x: npt.ArrayLike, labels: npt.ArrayLike) -> Hyperplane | CommonPoint:
    """The certificate, of one kind or the other, for x (n, d) and labels (n,) of 0 and 1.

    A simplex in whole numbers looks for lambda >= 0 with sum over the positives = sum over the
    negatives = 1 and equal combinations; if there is none, its dual prices are the hyperplane.
    Exact numbers grow, so this is for small sets: 200 points in 16 dimensions take 0.3 s with small
    whole numbers and 5 s with full floats; 100 points of floats in 30 dimensions take 20 s.
    Raises ValueError for labels other than 0 and 1, shapes that don't fit and NaN or infinities.
    """
    positive, negative = _classes(x, labels)
    width = np.asarray(x).shape[1]
    one, zero = Fraction(1), Fraction(0)
    columns = [(*p, one, zero) for p in positive] + [(*(-v for v in p), zero, one) for p in negative]
    result = simplex.solve(columns, (*(zero,) * width, one, one))
    if result.solution is not None:
        return CommonPoint(result.solution[: len(positive)], result.solution[len(positive) :])
    *slopes, p, q = result.prices
    return Hyperplane(w=tuple(-slope for slope in slopes), b=(q - p) / 2)


def verify_hyperplane(x: npt.ArrayLike, labels: npt.ArrayLike, w: Sequence[Number], b: Number) -> bool:
    """Whether w . x + b > 0 at exactly those rows of x that are labelled 1, without rounding.

    Also False if w is not of shape (d,), or if a value is not a finite number.
    """
    try:
        weights, (bias,) = rational(w), rational([b])
    except (ValueError, TypeError):
        return False
    if len(weights) != np.asarray(x).shape[1]:
        return False

    def side(point: Vector) -> bool:
        return sum((a * v for a, v in zip(weights, point, strict=True)), bias) > 0

    positive, negative = _classes(x, labels)
    return all(side(p) for p in positive) and not any(side(p) for p in negative)


def verify_common_point(
    x: npt.ArrayLike, labels: npt.ArrayLike, positive: Sequence[Number], negative: Sequence[Number]
) -> bool:
    """Whether both are convex weights (>= 0, of sum 1), one for each point of their class, and give the
    same point, without rounding: for a weight of 1/3, use `rational` first."""
    classes = _classes(x, labels)
    try:
        weights = rational(positive), rational(negative)
    except (ValueError, TypeError):
        return False
    if any(len(w) != len(points) for w, points in zip(weights, classes, strict=True)):
        return False
    if any(sum(w) != 1 or min(w) < 0 for w in weights):
        return False
    return convex_combination(classes[0], weights[0]) == convex_combination(classes[1], weights[1])


def _classes(x: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[list[Vector], list[Vector]]:
    points, marks = np.asarray(x), np.asarray(labels)
    if points.ndim != 2:
        raise ValueError(f"points must be rows, of shape (n, d), not of shape {points.shape}")
    if marks.shape != (len(points),):
        raise ValueError(f"{len(points)} points but {marks.size} labels")
    if not np.isin(marks, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    return _rows(points[marks == 1]), _rows(points[marks == 0])


def _rows(points: Array) -> list[Vector]:
    return [rational(row) for row in points.tolist()]


def _fraction(value: Number) -> Fraction:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int | Fraction):
        return Fraction(plain)
    as_float = float(plain)
    if not np.isfinite(as_float):
        raise ValueError(f"every number must be finite, not {as_float}")
    return Fraction(as_float)
