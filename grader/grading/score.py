"""The points of a grading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from grader.grading.result import Result
from grader.values import Verdict


@dataclass(frozen=True)
class Score:
    """Points of the tests that count in a view: earned (None: not yet), out of `of`.

    `total` is the whole pack's; `hidden` counts the tests left out, worth `hidden_points`;
    `awaiting` are points in `of` that a person is still to give.
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
    """The score over these results, beside others that are hidden; not yet while one is internal."""
    seen, unseen = tuple(results), tuple(hidden)
    waiting = any(row.verdict is Verdict.INTERNAL for row in seen)
    of, hidden_points = (sum((row.points for row in rows), Decimal(0)) for rows in (seen, unseen))
    return Score(
        earned=None if waiting else sum((row.earned or Decimal(0) for row in seen), Decimal(0)),
        of=of,
        total=of + hidden_points,
        hidden=len(unseen),
        hidden_points=hidden_points,
        awaiting=sum((row.points for row in seen if row.awaits_mark), Decimal(0)),
    )


def decimal_text(value: Decimal) -> str:
    """A decimal without an exponent or needless zeros: 10, 7.5, 3.33."""
    return format(value.normalize(), "f") if value else "0"
