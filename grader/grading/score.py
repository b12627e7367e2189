"""The points of a grading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from grader.grading.result import Result
from grader.values import Verdict


@dataclass(frozen=True)
class Score:
    """The points of the tests that a reader sees: `earned` (None: not yet) out of `of`.

    `total` are the points of all tests; `hidden` is the number of tests left out, worth
    `hidden_points`; `awaiting` are the points of `of` that a person still has to give.
    """

    earned: Decimal | None
    of: Decimal
    total: Decimal
    hidden: int = 0
    hidden_points: Decimal = Decimal(0)
    awaiting: Decimal = Decimal(0)

    @property
    def provisional(self) -> bool:
        """Whether hidden tests are still left out, or texts wait for their marks."""
        return self.hidden > 0 or self.awaiting > 0


def score_of(results: Iterable[Result], hidden: Iterable[Result] = ()) -> Score:
    """The score over these results, with others hidden. `earned` is None while a result is INTERNAL."""
    shown, left_out = tuple(results), tuple(hidden)
    waiting = any(row.verdict is Verdict.INTERNAL for row in shown)
    of, hidden_points = (sum((row.points for row in rows), Decimal(0)) for rows in (shown, left_out))
    return Score(
        earned=None if waiting else sum((row.earned or Decimal(0) for row in shown), Decimal(0)),
        of=of,
        total=of + hidden_points,
        hidden=len(left_out),
        hidden_points=hidden_points,
        awaiting=sum((row.points for row in shown if row.awaits_mark), Decimal(0)),
    )


def decimal_text(value: Decimal) -> str:
    """A decimal without an exponent or trailing zeros: 10, 7.5, 3.33."""
    return format(value.normalize(), "f") if value else "0"
