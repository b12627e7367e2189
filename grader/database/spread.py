"""The spread of marks: mean, median, quartiles. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Spread:
    """How many marks there are, their least and greatest, mean, median and quartiles."""

    count: int
    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    greatest: Decimal
    mean: Decimal


def spread_of(values: Iterable[Decimal]) -> Spread | None:
    """The spread of these marks; None of nothing. Quartiles lie a quarter of the way along the sorted marks,
    between two of them in proportion (as a spreadsheet's QUARTILE.INC has it)."""
    rows = sorted(values)
    if not rows:
        return None
    quarter, half = Decimal("0.25"), Decimal("0.5")
    return Spread(
        count=len(rows),
        least=rows[0],
        lower=_along(rows, quarter),
        median=_along(rows, half),
        upper=_along(rows, 1 - quarter),
        greatest=rows[-1],
        mean=sum(rows, Decimal(0)) / len(rows),
    )


def _along(rows: Sequence[Decimal], part: Decimal) -> Decimal:
    place = part * (len(rows) - 1)
    at = int(place)
    if at + 1 == len(rows):
        return rows[at]
    return rows[at] + (rows[at + 1] - rows[at]) * (place - at)
