"""The lecture's two patterns: 16 pixels in a ring, 4 of them on, shifted with wrap-around.

Each class's translations average to (1/4, ..., 1/4), so both convex hulls contain that point and
no linear classifier separates the translations of A from those of B.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, as_float64

PIXELS = 16
A: Array = np.array([1.0, 1.0, 1.0, 1.0] + [0.0] * 12)
B: Array = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0] + [0.0] * 9)


def translations(pattern: npt.ArrayLike) -> Array:
    """The pattern (p,) moved right by 0, 1, ..., p - 1 pixels, of shape (p, p), one in each row."""
    pattern = as_float64(pattern)
    return np.stack([np.roll(pattern, by) for by in range(len(pattern))])


def dataset() -> tuple[Array, Array]:
    """x (32, 16), all translations of A, then of B, and labels (32,), 1 for A and 0 for B."""
    x = np.vstack([translations(A), translations(B)])
    return x, np.repeat([1.0, 0.0], PIXELS)
