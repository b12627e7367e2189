"""The results of our calls of the student's function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.diagnosis.draws import Arguments
from grader.diagnosis.fitting import CallResult
from reference.arrays import Array
from reference.mistakes import Net


@dataclass(frozen=True)
class StudentCalls:
    """The `results` of two draws, of a repeated call on the first draw, and of a call on a `wider` net (empty
    if the student's code doesn't work for one); `points` are the arguments of the two draws."""

    results: tuple[CallResult, ...]
    repeated: CallResult
    wider: tuple[CallResult, ...]
    points: tuple[Arguments, ...]
    net: Net

    @property
    def draws(self) -> tuple[CallResult, ...]:
        """All results that a mistake must explain."""
        return (*self.results, *self.wider)

    @property
    def repeats(self) -> bool:
        """Whether the repeated call returned the same gradients."""
        first = self.results[0].grads
        return all(
            np.array_equal(first[name], grad, equal_nan=True) for name, grad in self.repeated.grads.items()
        )


def gradients_of(got: Any, names: Sequence[str]) -> dict[str, Array] | None:
    """The gradients with these names as finite float64 arrays of any shape; None if one is missing or is not
    an array of finite numbers."""
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
