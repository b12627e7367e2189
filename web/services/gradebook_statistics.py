"""Statistics of a gradebook: of the final percentage and of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grader.database import gradebook
from grader.database.final_marks import ALL
from grader.database.gradebook import Book, Item, State
from grader.database.models import User
from grader.database.spread import Spread, spread_of
from web.access import Membership, gradebook_membership
from web.render.charts import Histogram, score_histogram

FINAL = "final"


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
    values |= {item.key: _points(book, item) for item in book.items}
    lines = (
        Line(FINAL, "Final percentage so far", None, ALL, spread_of(values[FINAL])),
        *(_line(book, item, values[item.key]) for item in book.items),
    )
    chosen = next((line for line in lines if line.key == key), lines[0])
    return StatisticsPage(membership, book, lines, chosen, _histogram(chosen, values[chosen.key]))


def _points(book: Book, item: Item) -> list[Decimal]:
    cells = (row.get(item.key) for row in book.cells.values())
    return [cell.points for cell in cells if cell is not None and cell.points is not None]


def _line(book: Book, item: Item, values: Sequence[Decimal]) -> Line:
    missing = sum(
        cell.state is State.MISSING for row in book.cells.values() if (cell := row.get(item.key)) is not None
    )
    without = len(book.cells) - len(values) - missing
    return Line(item.key, item.title, item, item.of or Decimal(0), spread_of(values), missing, without)


def _histogram(line: Line, values: Sequence[Decimal]) -> Histogram | None:
    if not values or line.most <= 0:
        return None
    return score_histogram(
        [max(Decimal(0), value) for value in values],
        line.most,
        "percent" if line.item is None else f"points of {line.most:f}",
    )
