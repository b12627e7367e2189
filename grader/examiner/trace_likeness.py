"""How a value of a student's run is related to one of the reference, on all draws together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEAR = 1e-6  # relative: a value so near is neither right nor said to be wrong


class Likeness(Enum):
    """SAME: equal, also as a transpose or in another shape. RELATED: equal but for the sign or a factor, or
    nearly equal: its author may have meant this. OTHER: of the same size, and none of these. UNLIKE: of
    another size."""

    SAME = 1
    RELATED = 2
    OTHER = 3
    UNLIKE = 4


def likeness(got: Sequence[Floats], want: Sequence[Floats], relative: float) -> Likeness:
    """Of the values of all draws, one each."""
    pairs = list(zip(got, want, strict=True))
    if any(g.size != w.size for g, w in pairs):
        return Likeness.UNLIKE
    if all(_apart(g, w) <= relative for g, w in pairs):
        return Likeness.SAME
    if all(min(_apart(g, w), _apart(-g, w)) <= NEAR for g, w in pairs) or _proportional(pairs):
        return Likeness.RELATED
    return Likeness.OTHER


def fits(got: Floats, want: Floats) -> bool:
    """Whether both have the same shape, but for axes of length 1 and a transpose."""
    one, other = ([n for n in a.shape if n > 1] for a in (got, want))
    return one in (other, other[::-1])


def _ways(value: Floats) -> Iterator[Floats]:
    yield value.ravel()
    if value.ndim > 1:
        yield value.T.ravel()


def _apart(got: Floats, want: Floats) -> float:
    """The relative distance in the nearer of the two orders of axes; infinite if one is not finite."""
    flat, size = got.ravel(), float(np.linalg.norm(got.ravel()))
    if not np.isfinite(size):
        return np.inf
    least = min(float(np.linalg.norm(flat - way)) for way in _ways(want))
    return least / max(size + float(np.linalg.norm(want.ravel())), 1e-300)


def _proportional(pairs: Sequence[tuple[Floats, Floats]]) -> bool:
    """Whether each is the other times a number; of single numbers, times one that all draws share."""
    factors = []
    for got, want in pairs:
        best = min(_factor(got.ravel(), way) for way in _ways(want))
        if not best[0] <= NEAR:
            return False
        factors.append(best[1])
    if all(got.size > 1 for got, _ in pairs):
        return True
    return bool(np.ptp(factors) <= NEAR * max(np.abs(factors).max(), 1e-300))


def _factor(got: Floats, want: Floats) -> tuple[float, float]:
    """How far `got` is from the nearest multiple of `want`, relatively, and that multiple."""
    square, size = float(want @ want), float(np.linalg.norm(got))
    if not np.isfinite(size) or square == 0.0:
        return np.inf, 0.0
    factor = float(got @ want) / square
    return float(np.linalg.norm(got - factor * want)) / max(size, 1e-300), factor
