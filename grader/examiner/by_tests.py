"""Which changes of a search make a failed test pass that compares nothing of what a call returned.

Such a test may accept many values, so more is asked of what is found than of a value that is known to be
right: no two changes that make it pass may give different values, and a test that accepts a range counts
only together with all other failed rows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from grader.examiner.fitting import MOST_DEARER, MOST_FURTHER, MOST_PLACES, MOST_TRIES
from grader.examiner.judging import Judge, Judged
from grader.examiner.variants import Change, Searcher
from grader.kit.targets import held

MOST_REPLAYS = 300  # of one case
MOST_REPLAYED = 3000  # calls in the replays of one case
MOST_OWN_S = 2.5  # of processor time of the tests of one search: changes are counted, so only a backstop
ALIKE = 1e-6  # relative; what two right programs may differ by
ROUNDING = 1e-9  # of the largest value
MOST_AT_ONE_PLACE = 2


@dataclass
class Passing:
    """The changes with which a case passes, and how many were tried before the first; `sharp`, if it fails
    with values that are a little different."""

    changes: list[Change] = field(default_factory=list)
    tried: int = 0
    sharp: bool = True


def find_passing(searcher: Searcher, judge: Judge, most: int = MOST_REPLAYS) -> Passing:
    """What a search finds for a case, among changes of what its call returns, in about `most` replays. Raises
    WireError."""
    found = Passing()
    start = time.process_time()
    if not judge.is_as_before(searcher.start(judge.call.request, judge.wrong, MOST_TRIES)):
        return found  # the program keeps something between calls
    for number, value, tries in searcher.values():
        enough = len(found.changes) >= MOST_PLACES or judge.replays >= most
        enough |= time.process_time() - start > MOST_OWN_S
        if enough or (found.changes and _is_late(searcher, found, number, tries)):
            break
        if judge.fits(value, partial(searcher.again, number, 0)):
            _keep(searcher, judge, found, number, tries)
    return found


def _is_late(searcher: Searcher, found: Passing, number: int, tries: int) -> bool:
    """Whether the changes from here on say much more than the first that was found."""
    dearer = searcher.cost(number) > found.changes[0].cost + MOST_DEARER
    return dearer or tries > found.tried + MOST_FURTHER


def _keep(searcher: Searcher, judge: Judge, found: Passing, number: int, tries: int) -> None:
    """Keep the first of the changes that led to the same with which the case passes, if its place is new."""
    for at, change in enumerate(searcher.changes(number)):
        places = [(c.file, c.start) for c in found.changes]
        if places.count((change.file, change.start)) >= MOST_AT_ONE_PLACE:
            continue
        again = partial(searcher.again, number, at)
        if judge.passes_with(again):
            found.sharp = found.sharp and (bool(found.changes) or judge.is_sharp(again))
            found.tried = found.tried or tries
            found.changes.append(change)
            if searcher.most_cost is None:
                searcher.most_cost = change.cost + MOST_DEARER
            return


def serving_first(cases: Sequence[Judged]) -> list[Judged]:
    """The cases in the order in which they serve: few functions, few calls, few numbers."""

    def key(case: Judged) -> tuple[int, int, int]:
        size = sum(_size(call.request["args"]) + _size(call.value) for call in case.calls)
        return len(case.paths), len(case.calls), size

    return sorted(cases, key=key)


def _size(value: Any) -> int:
    return sum(int(np.size(item)) for item in held(value))


@dataclass(frozen=True)
class Proof:
    """The failed rows that pass with a change, and the values that the student's code returned to the row of
    the search on all draws. It is false if nothing is proven."""

    passes: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.passes)


def can_be_told(proofs: Sequence[Proof], *, sharp: bool, failed: int) -> bool:
    """Whether a test has told right from wrong, by all proofs of what makes it pass; `failed` rows
    failed."""
    if any(not alike(proof.values, proofs[0].values) for proof in proofs[1:]):
        return False
    return sharp or (failed > 1 and all(len(proof.passes) == failed for proof in proofs))


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same up to rounding."""
    if isinstance(one, dict):
        same = isinstance(other, dict) and one.keys() == other.keys()
        return same and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        same = isinstance(other, list | tuple) and len(one) == len(other)
        return same and all(map(alike, one, other))
    if isinstance(one, str | None) or isinstance(other, str | None):
        return one is other or (isinstance(one, str) and one == other)
    if isinstance(other, dict | list | tuple) or np.shape(one) != np.shape(other):
        return False
    try:
        a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    except (TypeError, ValueError):
        return False
    scale = float(np.abs(a[np.isfinite(a)]).max(initial=0.0))
    return bool(np.allclose(a, b, rtol=ALIKE, atol=ROUNDING * scale, equal_nan=True))
