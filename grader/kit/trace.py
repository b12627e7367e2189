"""What a test gives of the reference's own values on the way to the answer: `trace=` of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.anyof import AnyOf

MOST_NAMES = 60
Tracing = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""Values by name, in the order in which they are computed, or a function that makes them. A value is a
number, an array, or AnyOf of several, if several ways of computing the answer have different ones."""
Values = dict[str, tuple[npt.NDArray[np.float64], ...]]
"""For each name the arrays that are right."""


@dataclass(frozen=True)
class Traced:
    """A value that failed a comparison, and the reference's values on the way to the right one."""

    got: Any
    values: Callable[[], Values]
    relative: float


def traced(got: Any, trace: Tracing, relative: float) -> Traced:
    """Keep a trace; a function is called only if the trace is used, so that it costs a grading nothing."""
    return Traced(got, lambda: values_of(trace() if callable(trace) else trace), relative)


def refuse_unusable(trace: object) -> None:
    """Raise TypeError for a trace that is neither None nor a mapping nor a function: also in a test that
    passes, so that its author sees it first."""
    if trace is not None and not callable(trace) and not isinstance(trace, Mapping):
        raise TypeError("trace: give a dict of names and values, or a function that makes one")


def values_of(trace: Any) -> Values:
    """The values of a trace. Raises TypeError, ValueError for what is none."""
    if not isinstance(trace, Mapping) or not all(isinstance(name, str) for name in trace):
        raise TypeError("trace: the names and values must be a dict")
    if len(trace) > MOST_NAMES:
        raise ValueError(f"trace: {len(trace)} names; at most {MOST_NAMES} are used")
    return {name: tuple(_arrays(name, value)) for name, value in trace.items()}


def _arrays(name: str, value: Any) -> list[npt.NDArray[np.float64]]:
    answers = [one for _, one in value.answers] if isinstance(value, AnyOf) else [value]
    arrays = [np.asarray(answer, dtype=np.float64) for answer in answers]
    if not all(array.size and np.isfinite(array).all() for array in arrays):
        raise ValueError(f"trace: {name} is empty, NaN or infinite")
    return arrays
