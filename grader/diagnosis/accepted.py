"""Which averages a test accepts: those of the right answers that it compares with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.fitting import expected
from reference.arrays import Array
from reference.mistakes import Pass
from reference.mistakes.scales import LAWS

CLOSE = 1e-6


def laws_of(accepted: Sequence[Any], right: Pass) -> tuple[str, ...]:
    """The laws (average or sum over the rows) under which the right gradients or the right loss are among
    the accepted answers; empty if none of them is."""
    penalty = 0.5 * right.net.penalty * sum(float(np.sum(w**2)) for w in right.batch.w[1:])
    total = float(right.row_losses().sum())
    return tuple(
        name
        for name, law in LAWS.items()
        if any(
            _same_gradients(answer, expected(right, law.of(right.batch)))
            if isinstance(answer, Mapping)
            else _near(answer, np.float64(law.of(right.batch) * total + penalty))
            for answer in accepted
        )
    )


def _same_gradients(answer: Mapping[str, Any], want: Mapping[str, Array]) -> bool:
    return set(answer) <= set(want) and all(_near(answer[name], want[name]) for name in answer)


def _near(answer: Any, want: Any) -> bool:
    if not isinstance(answer, int | float | np.number | np.ndarray) or np.shape(answer) != np.shape(want):
        return False
    a, b = np.asarray(answer, dtype=np.float64), np.asarray(want)
    return bool(np.linalg.norm(a - b) <= CLOSE * (np.linalg.norm(a) + np.linalg.norm(b)))
