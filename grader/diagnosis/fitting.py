"""Compares a student's gradients with those of a wrong pass, up to one factor for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reference.arrays import Array
from reference.mistakes import Batch, Pass
from reference.mistakes.scales import LAWS

RELATIVE, ROUNDING = 1e-9, 9e-16
LOOSE, LOOSE_ROUNDING = 1e-6, 1e-12


@dataclass(frozen=True)
class CallResult:
    """One call of the student's code: the batch, the returned gradients, the right pass, and y if it was
    computed too."""

    batch: Batch
    grads: Mapping[str, Array]
    right: Pass
    y: Array | None = None


@dataclass(frozen=True)
class Ratio:
    """The student's gradients divided by those of a pass, and the largest relative error of the match."""

    factor: float
    error: float


def ratio(result: CallResult, computed: Pass) -> Ratio | None:
    """The factor that turns all gradients of the pass into the student's; None if there is no such factor."""
    want, penalties = computed.gradients(), computed.penalties()
    if any(grad.shape != want[name].shape for name, grad in result.grads.items()):
        return None
    with np.errstate(all="ignore"):
        of_loss = {name: _without(grad, penalties.get(name)) for name, grad in result.grads.items()}
        dot = sum(float(np.vdot(of_loss[name], want[name])) for name in of_loss)
        size = sum(float(np.vdot(want[name], want[name])) for name in of_loss)
        if not 0.0 < size < np.inf:
            return None
        factor = dot / size
        error = _error(of_loss, {name: factor * w for name, w in want.items()}, RELATIVE, ROUNDING)
    return None if error is None else Ratio(factor, error)


def _without(grad: Array, penalty: Array | None) -> Array:
    """A gradient minus the penalty's part, if the two have the same shape."""
    return grad if penalty is None or penalty.shape != grad.shape else grad - penalty


def agrees(
    result: CallResult, computed: Pass, law_factor: float, names: frozenset[str] | None = None
) -> bool:
    """Whether these gradients (all by default) equal those of the pass times the factor."""
    chosen = result.grads if names is None else {name: result.grads[name] for name in names}
    want = expected(computed, law_factor)
    if any(grad.shape != want[name].shape for name, grad in chosen.items()):
        return False
    with np.errstate(all="ignore"):
        return _error(chosen, want, RELATIVE, ROUNDING) is not None


def agrees_roughly(result: CallResult, computed: Pass, factor: float) -> bool:
    """The same for all gradients with a wide tolerance, for extreme inputs: saturated or dead units."""
    want = expected(computed, factor)
    if any(grad.shape != want[name].shape for name, grad in result.grads.items()):
        return False
    with np.errstate(all="ignore"):
        return _error(result.grads, want, LOOSE, LOOSE_ROUNDING) is not None


def expected(computed: Pass, factor: float) -> dict[str, Array]:
    """The gradients of a pass times this factor, plus the penalty's part."""
    penalties = computed.penalties()
    want = {name: factor * w for name, w in computed.gradients().items()}
    for name, penalty in penalties.items():
        if penalty.shape == want[name].shape:
            want[name] = want[name] + penalty
    return want


def wrong_gradients(result: CallResult, laws: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each law (average or sum over the rows), the parameters whose gradients are wrong under it."""
    return {
        law: frozenset(
            n
            for n in result.grads
            if not agrees(result, result.right, LAWS[law].of(result.batch), frozenset([n]))
        )
        for law in laws
    }


def _error(
    got: Mapping[str, Array], want: Mapping[str, Array], relative: float, rounding: float
) -> float | None:
    """The largest relative error |a - b| / (|a| + |b|) over the parameters; None if one of them is
    above the tolerance: `relative`, plus `rounding` on the scale of the largest gradient."""
    largest = max(float(np.linalg.norm(w)) for w in want.values())
    worst = 0.0
    for name, a in got.items():
        b = want[name]
        off, size = float(np.linalg.norm(a - b)), float(np.linalg.norm(a)) + float(np.linalg.norm(b))
        if not off <= relative * size + rounding * largest * float(np.sqrt(a.size)):
            return None
        worst = max(worst, off / size if size else 0.0)
    return worst
