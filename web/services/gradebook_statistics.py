"""Statistics of a gradebook: of the final percentage and of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import gradebook
from grader.database.final_marks import ALL
from grader.database.gradebook import Book, Cell, Item, State
from grader.database.models import User
from grader.database.spread import Spread, spread_of
from web.access import Membership, gradebook_membership
from web.render.charts import Histogram, score_histogram

FINAL = "final"
Tally = Sequence[tuple[Cell, int]]


@dataclass(frozen=True)
class Line:
    """One column, or (`item` None) the percentage so far: the spread of those who have points, and how many
    handed nothing in and how many have no mark yet for another reason."""

    key: str
    title: str
    item: Item | None
    most: Decimal
    spread: Spread | None
    missing: int = 0
    without: int = 0


@dataclass(frozen=True)
class StatisticsPage:
    """The lines, and the histogram of the one that is `chosen`."""

    membership: Membership
    book: Book
    lines: tuple[Line, ...]
    chosen: Line
    histogram: Histogram | None


def page(session: Session, user: User, course: str, key: str, now: datetime) -> StatisticsPage:
    """The statistics over all students, with the histogram of the column with this key. Raises Missing,
    Forbidden."""
    membership = gradebook_membership(session, user, course)
    book = gradebook.load(session, membership.course, None, now)
    totals = [total.percent for id in book.cells if (total := book.total(id)).percent is not None]
    values = {FINAL: [percent for percent in totals if percent is not None]}
    tallies = {item.key: book.tally(item.key) for item in book.items}
    values |= {key: _points(tally) for key, tally in tallies.items()}
    lines = (
        Line(FINAL, "Final percentage so far", None, ALL, spread_of(values[FINAL])),
        *(_line(item, tallies[item.key], values[item.key]) for item in book.items),
    )
    chosen = next((line for line in lines if line.key == key), lines[0])
    return StatisticsPage(membership, book, lines, chosen, _histogram(chosen, values[chosen.key]))


def _points(tally: Tally) -> list[Decimal]:
    """The points of each student who has some, sorted."""
    rows = sorted((cell.points, count) for cell, count in tally if cell.points is not None)
    return [points for points, count in rows for _ in range(count)]


def _line(item: Item, tally: Tally, values: Sequence[Decimal]) -> Line:
    missing = sum(count for cell, count in tally if cell.state is State.MISSING)
    without = sum(count for _, count in tally) - len(values) - missing
    return Line(item.key, item.title, item, item.of or Decimal(0), spread_of(values), missing, without)


def _histogram(line: Line, values: Sequence[Decimal]) -> Histogram | None:
    if not values or line.most <= 0:
        return None
    return score_histogram(
        [max(Decimal(0), value) for value in values],
        line.most,
        "percent" if line.item is None else f"points of {line.most:f}",
    )
