"""A quick look at whether a value may be right, for searches that compare thousands of values.

A test's own comparison also measures, and writes sentences; almost all values need neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from grader.kit.anyof import AnyOf
from grader.kit.arrays import NUMBERS

LEAST = 1e-3  # relative; no comparison of gradients or of values by default allows nearly that much
ROOM = 10.0  # times the tolerance that was given
Nearly = Callable[[Any, Collection[str]], bool]
"""Whether one of these parts of a value may be right; False only if certainly none of them is."""


def always(value: Any, parts: Collection[str]) -> bool:
    """A quick look that sees nothing."""
    return True


def of_parts(want: Any, relative: float, absolute: float = 0.0) -> Nearly:
    """The quick look at values compared with `want`, a number, an array, or a dict, list or tuple of them."""
    items = want.items() if isinstance(want, Mapping) else enumerate(want) if _is_list(want) else ()
    wanted = {f"[{key!r}]": (key, item) for key, item in items}

    def nearly(value: Any, parts: Collection[str]) -> bool:
        if not wanted:
            return may_agree(value, want, relative, absolute)
        for part in parts:
            if part not in wanted:
                return True
            key, item = wanted[part]
            try:
                if may_agree(value[key], item, relative, absolute):
                    return True
            except (LookupError, TypeError):  # it has no such part
                continue
        return not parts

    return nearly


def of_gradients(got: Any, reference: Any, relative: float, rounding: float) -> Nearly:
    """The quick look at gradients of the structure of `got`, compared with a reference; `rounding` is the
    allowed noise, relative to the largest gradient."""
    answers = [a for _, a in reference.answers] if isinstance(reference, AnyOf) else [reference]
    named = isinstance(got, Mapping) and all(isinstance(answer, Mapping) for answer in answers)
    single = isinstance(got, NUMBERS) and all(isinstance(answer, NUMBERS) for answer in answers)
    if not named and not single:
        return always
    looks = [of_parts(answer, relative, rounding * _largest(answer)) for answer in answers]
    return lambda value, parts: any(nearly(value, parts) for nearly in looks)


def _largest(answer: Any) -> float:
    arrays = answer.values() if isinstance(answer, Mapping) else [answer]
    return max((_norm(np.asarray(array, dtype=float)) for array in arrays), default=0.0)


def may_agree(got: Any, want: Any, relative: float, absolute: float) -> bool:
    """Whether two values may agree within ROOM times these tolerances, in 2-norms."""
    if isinstance(want, AnyOf):
        return any(may_agree(got, answer, relative, absolute) for _, answer in want.answers)
    if isinstance(want, bool | np.bool_) or not isinstance(want, NUMBERS):
        return True
    if not isinstance(got, NUMBERS):
        return False
    a, b = np.asarray(got), np.asarray(want, dtype=float)
    if a.shape != b.shape:
        return False
    if a.dtype.kind not in "fiub":
        return True
    with np.errstate(all="ignore"):
        a = a.astype(float, copy=False)
        off, size = _norm(a - b), _norm(a) + _norm(b)
    return not off > ROOM * (max(LEAST / ROOM, relative) * size + absolute)


def _norm(a: Any) -> float:
    flat = a.ravel()
    return math.sqrt(float(np.dot(flat, flat)))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
