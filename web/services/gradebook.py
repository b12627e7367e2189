"""The table of a gradebook: a page of students, every column, and what it makes so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from grader.database import gradebook, people
from grader.database.final_marks import Total
from grader.database.gradebook import EMPTY, Book, Cell, Item, State
from grader.database.models import Category, CourseRole, Enrolment, User
from grader.database.people import LONGEST_SECTION, Wanted
from grader.values.numbers import points
from web.access import Membership, gradebook_membership
from web.services.people import A_PAGE, Pages, page_number
from web.words import percent

WORDS: Mapping[State, str] = {
    State.GRADING: "grading",
    State.NOT_YET: "not yet",
    State.MISSING: "none",
    State.OPEN: "open",
    State.NONE: "–",
}


class Shown(NamedTuple):
    """A cell as it is shown: its words, whether it is dropped, and whether it is quiet (does not count)."""

    words: str
    dropped: bool = False
    quiet: bool = False


def shown(cell: Cell, *, dropped: bool = False) -> Shown:
    """The cell in a few characters; the legend of the table explains them."""
    if cell.points is None:
        return Shown(WORDS.get(cell.state, "–"), dropped, quiet=cell.state is not State.MISSING)
    words = points(cell.points)
    if cell.state is State.AWAITING:
        words += " + ?"
    elif not cell.counts:
        words = f"({words})"
    if cell.late.percent > 0:
        words += " L"
    return Shown(words, dropped, quiet=not cell.counts)


@dataclass(frozen=True)
class Group:
    """A category with its columns; `category` None has those of no category."""

    category: Category | None
    items: tuple[Item, ...]


class Part(NamedTuple):
    """A student's cells in one group of columns, and their share of its category ("" in that of none)."""

    cells: tuple[Shown, ...]
    share: str


@dataclass(frozen=True)
class TableRow:
    """A student's row: the percentage so far, and what they have in each group that has columns."""

    enrolment: Enrolment
    parts: tuple[Part, ...]
    total: str


@dataclass(frozen=True)
class GradebookPage:
    """One page of the table."""

    membership: Membership
    book: Book
    enrolments: Sequence[Enrolment]
    wanted: Wanted
    sections: tuple[str, ...]
    pages: Pages

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The categories with their columns, and at last the columns of none."""
        named = [Group(row, self.book.in_category(row.id)) for row in self.book.categories]
        rest = Group(None, self.book.in_category(None))
        return (*named, rest) if rest.items else tuple(named)

    @property
    def weight_sum(self) -> Decimal:
        return self.book.weight_sum

    @cached_property
    def rows(self) -> tuple[TableRow, ...]:
        return tuple(self._row(row) for row in self.enrolments)

    def _row(self, enrolment: Enrolment) -> TableRow:
        cells, total = self.book.of(enrolment.user_id), self.book.total(enrolment.user_id)
        parts = (self._part(group, cells, total) for group in self.groups if group.items)
        return TableRow(enrolment, tuple(parts), percent(total.percent))

    def _part(self, group: Group, cells: Mapping[str, Cell], total: Total) -> Part:
        row = tuple(
            shown(cells.get(item.key, EMPTY), dropped=item.key in total.dropped) for item in group.items
        )
        return Part(row, percent(total.shares.get(group.category.id)) if group.category else "")

    def query(self, number: int) -> str:
        """The query that shows a page of the same list."""
        values = {"q": self.wanted.text, "section": self.wanted.section, "page": number if number > 1 else ""}
        return "?" + urlencode({key: value for key, value in values.items() if value})


def page(
    session: Session, user: User, course: str, values: Mapping[str, str], now: datetime
) -> GradebookPage:
    """The students that a query asks for, at most 50. Raises Missing, Forbidden."""
    membership = gradebook_membership(session, user, course)
    number = page_number(values.get("page", ""))
    wanted = Wanted(
        text=values.get("q", "")[:100],
        role=CourseRole.STUDENT,
        section=values.get("section", "")[:LONGEST_SECTION],
    )
    rows, total = people.listing(
        session, membership.course, wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE
    )
    book = gradebook.load(session, membership.course, [row.user_id for row in rows], now)
    sections = people.counts(session, membership.course).sections
    return GradebookPage(membership, book, rows, wanted, sections, Pages(number, total))
