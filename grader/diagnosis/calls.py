"""What calls of the student's function brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.diagnosis.draws import Arguments
from grader.diagnosis.fitting import Seen
from reference.arrays import Array
from reference.mistakes import Net


@dataclass(frozen=True)
class Called:
    """The two draws, the first one's answer when it was asked `again`, and one on a wider net, if the
    student's code takes one."""

    seen: tuple[Seen, ...]
    again: Seen
    wider: tuple[Seen, ...]
    points: tuple[Arguments, ...]
    net: Net

    @property
    def draws(self) -> tuple[Seen, ...]:
        """All that a mistake must explain."""
        return (*self.seen, *self.wider)

    @property
    def repeats(self) -> bool:
        """Whether the same call gave the same gradients twice."""
        first = self.seen[0].grads
        return all(
            np.array_equal(first[name], grad, equal_nan=True) for name, grad in self.again.grads.items()
        )


def gradients_of(got: Any, names: Sequence[str]) -> dict[str, Array] | None:
    """The gradients under these names as finite float64 arrays of whatever shape; None if one is missing
    or no such thing."""
    if not isinstance(got, Mapping):
        return None
    grads: dict[str, Array] = {}
    for name in names:
        value = got.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | np.number | np.ndarray):
            return None
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            return None
        grads[name] = array.astype(np.float64)
        if not np.isfinite(grads[name]).all():
            return None
    return grads
