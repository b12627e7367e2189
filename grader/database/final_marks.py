"""The mathematics of a gradebook: what counts, what is dropped, and what it makes. Pure functions.

Every column has a percentage: its points of its maximum. Within a category each column counts the same,
after the lowest `drop_lowest` are left out; at least one always stays. The final percentage is the mean of
the categories, weighted; a category in which nothing counts yet is left out, and the others are scaled to
100. So the weights need not add up to 100: only their proportions matter. Nothing is rounded before it
is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ALL = Decimal(100)


class Weighted(NamedTuple):
    """A category: its id, its weight (0 or more), and how many of its lowest columns don't count."""

    id: int
    weight: Decimal
    drop_lowest: int = 0


class Counted(NamedTuple):
    """What counts of one column for one student: its key, its category (None: none), its percentage."""

    key: str
    category_id: int | None
    percent: Decimal


class Total(NamedTuple):
    """`shares` has the percentage of each category in which something counts, by its id; `dropped` are the
    keys of columns that were left out; `percent` is the final percentage, None if nothing counts."""

    shares: Mapping[int, Decimal]
    dropped: frozenset[str]
    percent: Decimal | None


def percent_of(points: Decimal, most: Decimal) -> Decimal | None:
    """Points of a maximum, in percent; None if the maximum is not above 0, since then nothing can count."""
    return ALL * points / most if most > 0 else None


def lowest(percents: Sequence[Decimal], count: int) -> frozenset[int]:
    """The places of the `count` lowest, of equal ones the first; at least one place stays."""
    most = max(0, min(count, len(percents) - 1))
    if most == 1:  # the usual case
        return frozenset((percents.index(min(percents)),))
    return frozenset(sorted(range(len(percents)), key=lambda at: (percents[at], at))[:most])


def mean(percents: Sequence[Decimal]) -> Decimal | None:
    """The mean; None of nothing."""
    return sum(percents, Decimal(0)) / len(percents) if percents else None


def total(categories: Iterable[Weighted], columns: Iterable[Counted]) -> Total:
    """What these columns make in these categories; a column of no category counts for nothing."""
    of_category: dict[int | None, tuple[list[str], list[Decimal]]] = {}
    for column in columns:
        keys, percents = of_category.setdefault(column.category_id, ([], []))
        keys.append(column.key)
        percents.append(column.percent)
    return total_of((category, *of_category.get(category.id, ((), ()))) for category in categories)


def total_of(groups: Iterable[tuple[Weighted, Sequence[str], Sequence[Decimal]]]) -> Total:
    """The same of columns that are grouped: each category with the keys of what counts in it and their
    percentages."""
    shares: dict[int, Decimal] = {}
    dropped: set[str] = set()
    weights = earned = Decimal(0)
    for category, keys, percents in groups:
        if not keys:
            continue
        kept = percents
        if category.drop_lowest and len(percents) > 1:
            out = lowest(percents, category.drop_lowest)
            dropped.update(keys[at] for at in out)
            kept = [percent for at, percent in enumerate(percents) if at not in out]
        shares[category.id] = share = sum(kept, Decimal(0)) / len(kept)
        weights += category.weight
        earned += category.weight * share
    return Total(shares, frozenset(dropped), earned / weights if weights > 0 else None)


def rounded(percent: Decimal, places: int = 1) -> Decimal:
    """A percentage as it is shown: on pages to one decimal, in files to two; halves are rounded up."""
    return percent.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
