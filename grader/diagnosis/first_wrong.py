"""No mistake fits: which gradient departs first, on the way back from the loss, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.diagnosis.fitting import Seen, departing, expected
from reference.arrays import Array
from reference.mistakes import signal
from reference.mistakes.scales import LAWS

Facts = tuple[tuple[str, str], ...]
CLOSE = 1e-7


def first_departure(draws: Sequence[Seen], laws: Sequence[str]) -> tuple[str, Facts]:
    """The first error signal to depart that the gradients tell of, and how it does: only what
    holds on every draw."""
    law = min(laws, key=lambda each: len(departing(draws[0], [each])[each]))
    off = frozenset.union(*(departing(seen, [law])[law] for seen in draws))
    if not off:
        return "", (("how", "agrees"),)
    if not any(grad.any() for seen in draws for grad in seen.grads.values()):
        return "", (("how", "all-zero"),)
    batch = draws[0].batch
    for layer in range(batch.depth, 0, -1):
        w, b = batch.names[2 * layer - 2], batch.names[2 * layer - 1]
        if w in off and b in off:
            return signal("z", layer, draws[0].right.net, batch), _facts(b, w, draws, law, off)
        if w in off or b in off:
            one = w if w in off else b
            return signal("W" if one == w else "b", layer, draws[0].right.net, batch), _facts(
                one, one, draws, law, off
            )
    return "", ()


def _facts(first: str, shown: str, draws: Sequence[Seen], law: str, off: frozenset[str]) -> Facts:
    """How the parameter `shown` departs; `first` where that says nothing."""
    kept = ("how", "differs")
    for name in (shown, first):
        said = [
            _how(seen.grads[name], expected(seen.right, LAWS[law].of(seen.batch))[name]) for seen in draws
        ]
        if all(each == said[0] for each in said) and said[0][0][1] != "differs":
            return (("parameter", name), *said[0], *_agreeing(draws[0], off))
        if all(each[0] == ("how", "ratio") for each in said):  # another one on each draw
            return (("parameter", name), ("how", "multiple"), *_agreeing(draws[0], off))
    return (("parameter", shown), kept, *_agreeing(draws[0], off))


def _agreeing(seen: Seen, off: frozenset[str]) -> Facts:
    """The parameters that agree, in the net's order."""
    fine = [name for name in seen.batch.names if name not in off]
    return (("agree", " ".join(fine)),) if fine else ()


def _how(got: Array, want: Array) -> Facts:
    """How one array departs from another, in the first pattern that fits."""
    if got.shape != want.shape:
        transposed = got.ndim == 2 and got.shape == want.T.shape and _near(got, want.T)
        if transposed:
            return (("how", "transposed"),)
        return (("how", "shape"),)
    with np.errstate(all="ignore"):
        for name, pattern in PATTERNS:
            found = pattern(got, want)
            if found is not None:
                return (("how", name), *found)
    return (("how", "differs"),)


def _near(a: Array, b: Array, close: float = CLOSE) -> bool:
    return bool(np.linalg.norm(a - b) <= close * (np.linalg.norm(a) + np.linalg.norm(b)))


def _zero(got: Array, want: Array) -> Facts | None:
    return () if not got.any() else None


def _ratio(got: Array, want: Array) -> Facts | None:
    factor = float(np.vdot(got, want) / np.vdot(want, want))
    if not _near(got, factor * want) or got.size == 1:
        return None
    return (("ratio", f"{factor:.4g}"),)


def _digits(got: Array, want: Array) -> Facts | None:
    return () if _near(got, want, 1e-4) else None


def _absolute(got: Array, want: Array) -> Facts | None:
    return () if got.size > 1 and _near(np.abs(got), np.abs(want)) else None


def _transposed(got: Array, want: Array) -> Facts | None:
    return () if got.ndim == 2 and got.shape[0] == got.shape[1] > 1 and _near(got, want.T) else None


def _slices(axis: int) -> Callable[[Array, Array], Facts | None]:
    """Only some rows (axis 0) or columns (axis 1) depart, and whether they are zero."""

    def pattern(got: Array, want: Array) -> Facts | None:
        if got.ndim <= axis or got.shape[axis] < 2:
            return None
        a, b = np.moveaxis(got, axis, 0), np.moveaxis(want, axis, 0)
        off = [i for i in range(len(a)) if not _near(np.asarray(a[i]), np.asarray(b[i]))]
        if not 0 < len(off) < len(a):
            return None
        dead = "zero" if not any(np.any(a[i]) for i in off) else "differs"
        kind = "entry" if got.ndim == 1 else ("row", "column")[axis]
        return (("which", " ".join(map(str, off[:6]))), ("kind", kind), ("there", dead))

    return pattern


def _scaled(axis: int) -> Callable[[Array, Array], Facts | None]:
    """Each row (axis 0) or column (axis 1) is a multiple of the expected one."""

    def pattern(got: Array, want: Array) -> Facts | None:
        if got.ndim != 2 or min(got.shape) < 2:
            return None
        a, b = np.moveaxis(got, axis, 0), np.moveaxis(want, axis, 0)
        fits = all(_near(a[i], np.vdot(a[i], b[i]) / np.vdot(b[i], b[i]) * b[i]) for i in range(len(a)))
        return (("kind", ("row", "column")[axis]),) if fits else None

    return pattern


def _permuted(got: Array, want: Array) -> Facts | None:
    a, b = np.sort(got, axis=None), np.sort(want, axis=None)
    return () if got.size > 1 and _near(a, b) else None


def _rank_one(got: Array, want: Array) -> Facts | None:
    if got.ndim != 2 or min(got.shape) < 2:
        return None
    mine, right = (np.linalg.svd(each, compute_uv=False) for each in (got, want))
    return () if mine[1] <= 1e-9 * mine[0] and right[1] > 1e-6 * right[0] else None


PATTERNS: tuple[tuple[str, Callable[[Array, Array], Facts | None]], ...] = (
    ("zero", _zero),
    ("digits", _digits),
    ("ratio", _ratio),
    ("signs", _absolute),
    ("transposed", _transposed),
    ("permuted", _permuted),
    ("slices", _slices(0)),
    ("slices", _slices(1)),
    ("scaled", _scaled(0)),
    ("scaled", _scaled(1)),
    ("rank-one", _rank_one),
)
