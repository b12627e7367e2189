"""Whether a student's gradients are those of a wrong pass, up to one factor for all of them."""

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
class Seen:
    """One call of the student's: the batch, the gradients that came back, y if it was asked for
    too, and the right pass."""

    batch: Batch
    grads: Mapping[str, Array]
    right: Pass
    y: Array | None = None


@dataclass(frozen=True)
class Ratio:
    """The factor by which the student's gradients are a pass's, and the largest relative error."""

    factor: float
    error: float


def ratio(seen: Seen, made: Pass) -> Ratio | None:
    """The one factor that takes the pass's gradients to the student's, every parameter of them,
    None where there is none."""
    want, penalties = made.gradients(), made.penalties()
    if any(grad.shape != want[name].shape for name, grad in seen.grads.items()):
        return None
    with np.errstate(all="ignore"):
        apart = {name: _without(grad, penalties.get(name)) for name, grad in seen.grads.items()}
        dot = sum(float(np.vdot(apart[name], want[name])) for name in apart)
        size = sum(float(np.vdot(want[name], want[name])) for name in apart)
        if not 0.0 < size < np.inf:
            return None
        factor = dot / size
        error = _error(apart, {name: factor * w for name, w in want.items()}, RELATIVE, ROUNDING)
    return None if error is None else Ratio(factor, error)


def _without(grad: Array, penalty: Array | None) -> Array:
    """A gradient without the penalty's share, where the two have one shape."""
    return grad if penalty is None or penalty.shape != grad.shape else grad - penalty


def agrees(seen: Seen, made: Pass, law_factor: float, names: frozenset[str] | None = None) -> bool:
    """Whether these gradients (all by default) are the pass's, times the factor."""
    chosen = seen.grads if names is None else {name: seen.grads[name] for name in names}
    want = expected(made, law_factor)
    if any(grad.shape != want[name].shape for name, grad in chosen.items()):
        return False
    with np.errstate(all="ignore"):
        return _error(chosen, want, RELATIVE, ROUNDING) is not None


def agrees_roughly(seen: Seen, made: Pass, factor: float) -> bool:
    """The same with a wide tolerance, for inputs that may be extreme: saturated units, dead ones."""
    want = expected(made, factor)
    if any(grad.shape != want[name].shape for name, grad in seen.grads.items()):
        return False
    with np.errstate(all="ignore"):
        return _error(seen.grads, want, LOOSE, LOOSE_ROUNDING) is not None


def expected(made: Pass, factor: float) -> dict[str, Array]:
    """The gradients of a pass under this factor, with what the penalty adds."""
    penalties = made.penalties()
    want = {name: factor * w for name, w in made.gradients().items()}
    for name, penalty in penalties.items():
        if penalty.shape == want[name].shape:
            want[name] = want[name] + penalty
    return want


def departing(seen: Seen, laws: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each law, the parameters whose gradients are not the right ones under it."""
    return {
        law: frozenset(
            n for n in seen.grads if not agrees(seen, seen.right, LAWS[law].of(seen.batch), frozenset([n]))
        )
        for law in laws
    }


def _error(
    got: Mapping[str, Array], want: Mapping[str, Array], relative: float, rounding: float
) -> float | None:
    """The largest relative error |a - b| / (|a| + |b|) over the parameters, None if one of them is
    above the tolerance: relative, plus rounding on the scale of the largest gradient."""
    largest = max(float(np.linalg.norm(w)) for w in want.values())
    worst = 0.0
    for name, a in got.items():
        b = want[name]
        off, size = float(np.linalg.norm(a - b)), float(np.linalg.norm(a)) + float(np.linalg.norm(b))
        if not off <= relative * size + rounding * largest * float(np.sqrt(a.size)):
            return None
        worst = max(worst, off / size if size else 0.0)
    return worst
