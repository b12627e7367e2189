"""Which changes of a search make the values of a function's calls right, all of a value or a part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from grader.examiner.clues import Clue
from grader.examiner.variants import Change, Searcher
from grader.kit.targets import Rights, held

MOST_TRIES = 4000  # changes tried for one function
MOST_PLACES = 6  # that fit
MOST_CHECKS = 6  # other calls whose value a change must make right too
MOST_FURTHER = 600  # changes tried after the first that fits
MOST_DEARER = 1.2  # in cost, of a change that may explain more than the first
MOST_PARTS = 4  # changes kept for each part of a value
LARGE = 12.0  # numbers beyond it saturate units, so that many changes look right


@dataclass
class Fitting:
    """The changes that make the value right as a whole, one for each place; how many were tried before the
    first; and those that make only some of its `wrong` parts right and change no other, by these parts."""

    whole: list[Change] = field(default_factory=list)
    tried: int = 0
    wrong: frozenset[str] = frozenset()
    parts: dict[frozenset[str], list[Change]] = field(default_factory=dict)

    def pairs(self) -> list[list[Change]]:
        """Two changes of different places that make all wrong parts right together, the cheapest first."""
        sets = list(self.parts)
        found = [
            [one, other]
            for at, first in enumerate(sets)
            for second in sets[at + 1 :]
            if first | second == self.wrong
            for one in self.parts[first]
            for other in self.parts[second]
            if one.file != other.file or one.end <= other.start or other.end <= one.start
        ]
        return sorted(found, key=lambda pair: pair[0].cost + pair[1].cost)


def find_fitting(searcher: Searcher, clues: Sequence[Clue], near: float | None = None) -> Fitting:
    """What a search finds for these clues of one function; the first of them is searched for, and the others
    decide. With `near`, no change is tried that costs more than the first that fits and this. Raises
    WireError."""
    first, others = clues[0], clues[1 : 1 + MOST_CHECKS]
    rights = first.rights(first.call.value)
    value = searcher.start(first.call.request, rights, MOST_TRIES)
    found = Fitting(wrong=frozenset(part for part, right in rights.items() if not right))
    if first.rights(value) != rights:
        return found  # another value than in the test: the program keeps something between calls
    for number, value, tries in searcher.values():
        now = first.rights(value) if first.may_mend(value, found.wrong) else None
        if now is None or not all(now.values()):
            if found.whole and tries > found.tried + MOST_FURTHER:
                break
            if now is not None:
                _keep_part(found, first, rights, now, value, partial(searcher.changes, number))
            continue
        if found.whole and searcher.cost(number) > found.whole[0].cost + MOST_DEARER:
            break
        for at, change in enumerate(searcher.changes(number)):
            if not same_place(change, found.whole) and all(_right(c, searcher, number, at) for c in others):
                found.whole.append(change)
                found.tried = found.tried or tries
                if near is not None and searcher.most_cost is None:
                    searcher.most_cost = change.cost + near
                break
        if len(found.whole) >= MOST_PLACES:
            break
    return found


def _keep_part(
    found: Fitting, clue: Clue, before: Rights, now: Rights, value: Any, changes: Callable[[], list[Change]]
) -> None:
    """Keep a change that makes a part of the value right and leaves all other parts as they are."""
    if found.whole or now.keys() != before.keys():
        return
    parts = frozenset(part for part in now if now[part] and not before[part])
    if not parts or len(found.parts.get(parts, ())) >= MOST_PARTS:
        return
    if clue.differs_only_in(parts, value):
        kept = found.parts.setdefault(parts, [])
        kept += [change for change in changes()[:1] if not same_place(change, kept)]


def _right(clue: Clue, searcher: Searcher, number: int, at: int) -> bool:
    found, value = searcher.again(number, at, clue.call.request)
    return found and all(clue.rights(value).values())


def best_first(clues: Sequence[Clue]) -> list[Clue]:
    """The clues in the order in which they serve: ordinary numbers, most parts wrong, few numbers."""

    def key(clue: Clue) -> tuple[bool, int, int]:
        numbers = list(_numbers(clue.call.request["args"]))
        largest = max((float(np.max(np.abs(n))) for n in numbers if n.size), default=0.0)
        return largest > LARGE, -clue.wrong, sum(n.size for n in numbers)

    return sorted(clues, key=key)


def _numbers(value: Any) -> Iterator[Any]:
    for item in held(value):
        if isinstance(item, int | float | np.ndarray | np.number) and np.asarray(item).dtype.kind in "biuf":
            yield np.asarray(item, dtype=float)


def same_place(change: Change, others: Sequence[Change]) -> bool:
    return any(change.file == o.file and change.start == o.start for o in others)
