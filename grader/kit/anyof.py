"""Several right answers to one question."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class AnyOf:
    """Any of these is accepted: `AnyOf(mean, sum)`, or with labels for the message,
    `AnyOf(average=mean, sum=total)`. A dict of gradients must agree with one alternative as a
    whole, not with parts of several."""

    def __init__(self, *answers: Any, **named: Any) -> None:
        if not answers and not named:
            raise TypeError("AnyOf: give at least one right answer")
        self.answers: tuple[tuple[str, Any], ...] = (*(("", a) for a in answers), *named.items())

    @classmethod
    def column(cls, values: npt.ArrayLike) -> AnyOf:
        """Accept a vector as (n,) or as a column (n, 1)."""
        vector = np.asarray(values).reshape(-1)
        return cls(vector, vector[:, np.newaxis])

    def __repr__(self) -> str:
        return f"AnyOf of {len(self.answers)} answers"
