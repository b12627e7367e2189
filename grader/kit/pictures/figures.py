"""Numbers in pictures: few digits, plain Python numbers, None for NaN and infinity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from reference.arrays import Array

DIGITS = 5


def figure(x: float, digits: int = DIGITS) -> float | None:
    """x to `digits` significant digits; None if it is NaN or infinite."""
    return float(f"{x:.{digits}g}") if math.isfinite(x) else None


def figures(a: npt.ArrayLike, digits: int = DIGITS) -> Any:
    """The array as nested lists of `figure`s; one number for an array without axes."""
    values = np.asarray(a, dtype=np.float64)
    flat: list[Any] = [figure(x, digits) for x in values.ravel().tolist()]
    for size in reversed(values.shape[1:]):
        flat = [flat[i : i + size] for i in range(0, len(flat), size)] if size else []
    return flat if values.ndim else flat[0]


def without_noise(a: Array, least: float) -> Array:
    """The values, or their mean in each place if they vary by less than `least` of the largest: lines drawn
    through such values would show how they were rounded. Any that are not finite stay as they are."""
    if not np.isfinite(a).all() or float(np.ptp(a)) > least * float(np.max(np.abs(a), initial=0.0)):
        return a
    return np.full_like(a, float(f"{np.mean(a):.4g}"))


def numbers_in(x: Any, size: int | None = None) -> Array | None:
    """A return value of the student's code as float64; None if it isn't numbers, or not `size` of them."""
    if isinstance(x, bool | str | bytes | dict) or x is None:
        return None
    try:
        values = np.asarray(x)
    except ValueError:  # lists of different lengths
        return None
    if values.dtype.kind not in "fiub" or not values.size or size not in (None, values.size):
        return None
    return values.astype(np.float64)


def thinned(length: int, most: int) -> list[int]:
    """At most `most` of the indices 0 ... length - 1, evenly spaced, with the first and the last.

    Raises ValueError if `length` is below 1 or `most` below 2."""
    if length < 1 or most < 2:
        raise ValueError("thinned: length must be at least 1, and most at least 2")
    if length <= most:
        return list(range(length))
    return [round(i * (length - 1) / (most - 1)) for i in range(most)]
