"""Curves: a student's losses over the steps, with the band of a reference's losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.pictures.figures import figure, figures, thinned

MOST_STEPS = 81
MOST_OTHERS, STEPS_OF_OTHERS = 9, 41


@dataclass(frozen=True)
class Band:
    """A reference's losses over several starts: `low` to `high` at each of `steps`, `middle` the median."""

    steps: Sequence[int]
    low: Sequence[float]
    high: Sequence[float]
    middle: Sequence[float]


def curve(
    losses: npt.ArrayLike,
    band: Band | None = None,
    *,
    others: Sequence[npt.ArrayLike] = (),
    goal: float | None = None,
    of: str = "steps of gradient descent",
) -> dict[str, Any]:
    """The losses before each step and after the last one: at most 81 of them, evenly spaced.

    `others` are further runs, drawn as thin lines, at most nine. Raises ValueError without losses.
    """
    data: dict[str, Any] = {
        "of": of[:60],
        "yours": _line(losses, MOST_STEPS),
        "others": [_line(other, STEPS_OF_OTHERS) for other in list(others)[:MOST_OTHERS]],
        "goal": None if goal is None else figure(goal),
        "band": None,
    }
    if band is not None:
        indices = thinned(len(band.steps), MOST_STEPS)
        data["band"] = {
            "steps": [int(band.steps[i]) for i in indices],
            **{
                name: figures([getattr(band, name)[i] for i in indices], 4)
                for name in ("low", "high", "middle")
            },
        }
    return data


def _line(losses: npt.ArrayLike, most: int) -> dict[str, Any]:
    values = np.asarray(losses, dtype=np.float64).ravel()
    indices = thinned(len(values), most)
    return {"steps": indices, "losses": figures(values[indices], 4)}
