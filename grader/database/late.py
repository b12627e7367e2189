"""What late days cost: grace days first, then a percentage of the points. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

ALL = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Policy:
    """A course's rule: `grace_days` a student for the term, then `percent` of the points a late day (None:
    late days cost nothing, so they use up no grace day either)."""

    grace_days: int = 0
    percent: Decimal | None = None

    @property
    def costs(self) -> bool:
        """Whether a late day costs anything."""
        return bool(self.percent)


@dataclass(frozen=True)
class Late:
    """What being late cost on one assignment: `days` late, of which `grace` are paid with grace days, and the
    percentage of the points that the others take off (0 to 100)."""

    days: int = 0
    grace: int = 0
    percent: Decimal = Decimal(0)

    def final(self, points: Decimal) -> Decimal:
        """The points that are left of `points`, to the cent; points below 0 stay as they are."""
        return reduced(points, self.percent)


def days_late(at: datetime, due_at: datetime) -> int:
    """Days after the due date, a part of a day counted as one; 0 if in time."""
    return max(0, -((due_at - at) // timedelta(days=1)))


def percent_off(policy: Policy, days: int) -> Decimal:
    """The percentage that so many late days take off, without grace days; at most 100."""
    return min(ALL, max(0, days) * (policy.percent or Decimal(0)))


def reduced(points: Decimal, percent: Decimal) -> Decimal:
    """`points` without that percentage, to the cent; unchanged if there is nothing to take off."""
    if points <= 0 or percent <= 0:
        return points
    return (points * (ALL - min(ALL, percent)) / ALL).quantize(CENT)


def consequences(policy: Policy, days: Iterable[int]) -> tuple[Late, ...]:
    """What each of a student's assignments costs, given their late days in the order of the due dates: the
    first late days are paid with grace days, for as long as there are any."""
    left = policy.grace_days if policy.costs else 0
    costs = []
    for late in days:
        grace = min(left, max(0, late))
        left -= grace
        costs.append(Late(max(0, late), grace, percent_off(policy, late - grace)))
    return tuple(costs)
