"""The test itself as the judge of other values: a failed case is run again with them in its calls."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.kit.candidate import Candidate, KeptCall
from grader.kit.replayed import Replayed, Request, key_of, key_of_value
from grader.kit.targets import Rights, held, leaves
from grader.values import TestPlan
from grader.values.student_faults import CandidateLost

MOST_PATHS = 3  # functions of a case that may be the wrong one
LEAST_COUNT = 32  # a smaller whole number may be right by chance
LARGEST_COUNT = 10**300  # that is a number of float64
Again = Callable[[Request], tuple[bool, Any]]
"""Whether another call returns a value with a change, and the value."""
Disturbed = Callable[[Any], Any]


@dataclass(frozen=True)
class Judged:
    """A case that failed without a comparison of what a call returned. `passes` runs it again with another
    candidate; `calls` are those that it made."""

    plan: TestPlan
    passes: Callable[[Candidate], bool]
    calls: tuple[KeptCall, ...]

    @property
    def paths(self) -> list[str]:
        """The functions that it called, the last one first."""
        asked = [str(c.request["path"]) for c in self.calls if c.request["mode"] != "constant"]
        return list(dict.fromkeys(reversed(asked)))

    def judge(self, path: str) -> Judge:
        """The judge of other values of the last call of this function."""
        last = next(c for c in reversed(self.calls) if c.request["path"] == path)
        others = {key_of(c.request): c.value for c in self.calls if c.request["path"] != path}
        return Judge(self, last, others)


@dataclass
class Judge:
    """Says whether the case passes with another value of `call`. `replays` counts how often it was run."""

    case: Judged
    call: KeptCall
    others: dict[bytes, Any]  # values of the calls of other functions
    replays: int = 0
    _known: dict[int, bool] = field(default_factory=dict)
    _values: list[Any] = field(default_factory=list)  # keeps the objects whose ids are known

    @property
    def wrong(self) -> Rights:
        """The parts of the call's value; nothing is known of any but that they are not all right."""
        return dict.fromkeys(leaves(self.call.value), False)

    def is_as_before(self, value: Any) -> bool:
        """Whether the call returned this in the test too, and the case fails with it without a measure of
        time."""
        if key_of_value(value) != key_of_value(self.call.value):
            return False
        known = {key_of(self.call.request): value, **self.others}
        candidate = Replayed(lambda request: _known(known, request))
        return not self.case.passes(candidate) and not candidate.asked_for_time

    def fits(self, value: Any, again: Again) -> bool:
        """Whether the case passes with this value of the call, as far as the calls of other functions give
        what they gave: those that were not made before are made `again`."""
        if id(value) in self._known:
            return self._known[id(value)]
        alone = True

        def other(request: Request) -> tuple[bool, Any]:
            nonlocal alone
            alone = False
            return again(request)

        passes = self._passes({key_of(self.call.request): value, **self.others}, other)
        if alone:
            self._known[id(value)] = passes
            self._values.append(value)
        return passes

    def passes_with(self, again: Again) -> bool:
        """Whether the case passes if every call is made again."""
        return self._passes({}, again)

    def is_sharp(self, again: Again) -> bool:
        """Whether the case, which passes with these answers, fails with any that are a little different: else
        it accepts a range, or what a wrong function may have too."""
        path = self.call.request["path"]
        if not any(_measures(value) for value in held(again(self.call.request)[1])):
            return False
        for disturbed in _disturbances():

            def other(request: Request, disturbed: Disturbed = disturbed) -> tuple[bool, Any]:
                found, value = again(request)
                return found, _each(value, disturbed) if request["path"] == path else value

            if self._passes({}, other):
                return False
        return True

    def _passes(self, known: dict[bytes, Any], again: Again) -> bool:
        self.replays += 1

        def answer(request: Request) -> Any:
            if key_of(request) in known:
                return _known(known, request)
            found, value = again(request)
            if not found:
                raise CandidateLost("no value")
            return value

        return self.case.passes(Replayed(answer))


def _known(known: dict[bytes, Any], request: Request) -> Any:
    """A copy of a known value. Raises CandidateLost."""
    try:
        return copy.deepcopy(known[key_of(request)])
    except KeyError:
        raise CandidateLost("no value") from None


def _disturbances() -> Iterator[Disturbed]:
    """Changes of an array that a test of exact values notices: each entry a little, the scale, the origin,
    and the sign."""
    random = np.random.default_rng(1)
    for _ in range(2):
        yield (
            lambda a: a * (1.0 + 0.01 * random.choice([-1.0, 1.0], a.shape) * random.uniform(0.5, 1, a.shape))
        )
    yield lambda a: 1.01 * a
    yield lambda a: a + 0.01 * float(np.abs(a).max(initial=1.0))
    yield lambda a: -a


def _each(value: Any, disturbed: Disturbed) -> Any:
    """The value with each of its numbers disturbed, in the same structure and of the same kind."""
    if isinstance(value, dict):
        return {key: _each(item, disturbed) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_each(item, disturbed) for item in value])
    if not _measures(value):
        return value
    if type(value) is int:
        return round(float(disturbed(np.asarray(float(value)))))
    kind = np.asarray(value).dtype
    now = np.asarray(disturbed(np.asarray(value, dtype=float)))
    now = np.rint(now).astype(kind) if kind.kind in "iu" else now.astype(kind)
    return now if isinstance(value, np.ndarray) else now[()] if isinstance(value, np.generic) else now.item()


def _measures(value: Any) -> bool:
    """Whether this is a number or an array that can be changed a little."""
    if type(value) is int:
        return LEAST_COUNT <= abs(value) <= LARGEST_COUNT
    kind = getattr(value, "dtype", np.dtype(float) if isinstance(value, float) else None)
    if kind is None or kind.kind not in "iuf":
        return False
    finite = bool(np.isfinite(value).all())
    return finite and (kind.kind == "f" or bool(np.abs(value).max(initial=0) >= LEAST_COUNT))
