"""If no mistake fits: which error signal is wrong first, on the way back from the loss, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.diagnosis.fitting import CallResult, expected, wrong_gradients
from reference.arrays import Array
from reference.mistakes import signal
from reference.mistakes.scales import LAWS

Facts = tuple[tuple[str, str], ...]
CLOSE = 1e-7


def first_wrong_signal(
    draws: Sequence[CallResult], laws: Sequence[str], in_columns: bool = False
) -> tuple[str, Facts]:
    """The first wrong error signal that the gradients show, and how it is wrong: only facts that
    hold on every draw. With `in_columns`, the units are the columns of the student's weights."""
    signal_, facts = _first_wrong(draws, laws)
    if not in_columns:
        return signal_, facts
    other = {"row": "column", "column": "row"}
    return signal_, tuple((name, other.get(text, text) if name == "kind" else text) for name, text in facts)


def _first_wrong(draws: Sequence[CallResult], laws: Sequence[str]) -> tuple[str, Facts]:
    law = min(laws, key=lambda law: len(wrong_gradients(draws[0], [law])[law]))
    wrong = frozenset.union(*(wrong_gradients(result, [law])[law] for result in draws))
    if not wrong:
        return "", (("how", "agrees"),)
    if not any(grad.any() for result in draws for grad in result.grads.values()):
        return "", (("how", "all-zero"),)
    batch = draws[0].batch
    for layer in range(batch.depth, 0, -1):
        w, b = batch.names[2 * layer - 2], batch.names[2 * layer - 1]
        if w in wrong and b in wrong:
            return signal("z", layer, draws[0].right.net, batch), _facts(b, w, draws, law, wrong)
        if w in wrong or b in wrong:
            name = w if w in wrong else b
            return signal("W" if name == w else "b", layer, draws[0].right.net, batch), _facts(
                name, name, draws, law, wrong
            )
    return "", ()


def _facts(second: str, shown: str, draws: Sequence[CallResult], law: str, wrong: frozenset[str]) -> Facts:
    """How the gradient of the parameter `shown` is wrong; that of `second` if there is no pattern in it."""
    for name in (shown, second):
        patterns = [
            _how(result.grads[name], expected(result.right, LAWS[law].of(result.batch))[name])
            for result in draws
        ]
        if all(pattern == patterns[0] for pattern in patterns) and patterns[0][0][1] != "differs":
            return (("parameter", name), *patterns[0], *_agreeing(draws[0], wrong))
        if all(pattern[0] == ("how", "ratio") for pattern in patterns):  # a different ratio on each draw
            return (("parameter", name), ("how", "multiple"), *_agreeing(draws[0], wrong))
    return (("parameter", shown), ("how", "differs"), *_agreeing(draws[0], wrong))


def _agreeing(result: CallResult, wrong: frozenset[str]) -> Facts:
    """The parameters whose gradients are right, in the net's order."""
    right = [name for name in result.batch.names if name not in wrong]
    return (("agree", " ".join(right)),) if right else ()


def _how(got: Array, want: Array) -> Facts:
    """How `got` differs from `want`: the first pattern that fits."""
    if got.shape != want.shape:
        transposed = got.ndim == 2 and got.shape == want.T.shape and _near(got, want.T)
        if transposed:
            return (("how", "transposed"),)
        return (("how", "shape"),)
    with np.errstate(all="ignore"):
        for name, pattern in PATTERNS:
            facts = pattern(got, want)
            if facts is not None:
                return (("how", name), *facts)
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
    """Only some rows (axis 0) or columns (axis 1) differ, and whether they are zero."""

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
    mine, right = (np.linalg.svd(matrix, compute_uv=False) for matrix in (got, want))
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
