"""The marks of one student: what is published, what it makes so far, and what it would make if."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import grade_summary, gradebook
from grader.database.final_marks import Counted, Total, total
from grader.database.gradebook import EMPTY, Book, Cell, Item, State
from grader.database.late import Policy
from grader.database.models import Category, ColumnMark, Enrolment, User
from web.access import Membership, marks_membership
from web.services.fields import Fields
from web.words import percent

STATE_WORDS: Mapping[State, str] = {
    State.AWAITING: "a part awaits marking, so it doesn’t count yet",
    State.GRADING: "is being graded",
    State.NOT_YET: "not yet: a fault of ours, which costs you nothing",
    State.MISSING: "nothing was handed in: 0 points",
    State.OPEN: "still open for you",
    State.NONE: "no mark: doesn’t count",
}


@dataclass(frozen=True)
class MarkRow:
    """One column with the student's mark; `dropped`: it is one of the lowest, which don't count."""

    item: Item
    cell: Cell
    dropped: bool
    comment: str

    @property
    def percent(self) -> str:
        return percent(self.cell.percent)

    @property
    def words(self) -> str:
        """Why it does not count, or what counts of it; "" if nothing is to be said."""
        if self.dropped:
            return "one of the lowest: left out"
        if self.cell.state is State.MARKED and not self.cell.counts:
            return "still open for you: doesn’t count yet"
        return STATE_WORDS.get(self.cell.state, "")


@dataclass(frozen=True)
class WhatIf:
    """A field of the what-if form: a column that is still to come, or the next mark of a category."""

    name: str
    label: str
    category_id: int


@dataclass(frozen=True)
class Section:
    """A category with the student's marks, their share of it, and the fields of what is to come."""

    category: Category
    rows: tuple[MarkRow, ...]
    share: str
    supposed: str
    fields: tuple[WhatIf, ...]


@dataclass(frozen=True)
class MarksPage:
    """What a student sees of their marks. `supposed` is the percentage with what the form supposes, None if
    it supposes nothing."""

    membership: Membership
    enrolment: Enrolment
    own: bool
    sections: tuple[Section, ...]
    uncounted: tuple[MarkRow, ...]
    total: Total
    weight_sum: Decimal
    weight_so_far: Decimal
    supposed: Total | None
    form: Fields
    policy: Policy

    @property
    def percent(self) -> str:
        return percent(self.total.percent)

    @property
    def supposed_percent(self) -> str:
        return percent(self.supposed.percent if self.supposed else None)


def page(
    session: Session, user: User, course: str, user_id: int | None, form: Fields, now: datetime
) -> MarksPage:
    """The published marks of the reader, or for staff those of a student as that student sees them. The form
    supposes percentages; nothing is stored. Raises Missing, Forbidden."""
    membership, enrolment = marks_membership(session, user, course, user_id)
    id = enrolment.user_id
    whole = gradebook.load(session, membership.course, [id], now)
    book = whole.published()
    upcoming = _upcoming(whole, id, now)
    fields = {row.id: _fields(book, row, upcoming) for row in book.categories}
    supposed = _supposed(form, [field for rows in fields.values() for field in rows])
    so_far = book.total(id)
    then = _total_with(book, id, supposed, fields) if supposed and not form.faults else None
    comments = _comments(session, book, id)
    rows = {
        item.key: MarkRow(
            item,
            book.of(id).get(item.key, EMPTY),
            item.key in so_far.dropped,
            comments.get(item.key, ""),
        )
        for item in book.items
    }
    sections = tuple(
        Section(
            row,
            tuple(rows[item.key] for item in book.in_category(row.id)),
            percent(so_far.shares.get(row.id)),
            percent(then.shares.get(row.id)) if then else "",
            fields[row.id],
        )
        for row in book.categories
    )
    return MarksPage(
        membership=membership,
        enrolment=enrolment,
        own=user_id is None,
        sections=sections,
        uncounted=tuple(rows[item.key] for item in book.in_category(None)),
        total=so_far,
        weight_sum=book.weight_sum,
        weight_so_far=sum((row.weight for row in book.categories if row.id in so_far.shares), Decimal(0)),
        supposed=then,
        form=form,
        policy=grade_summary.policy_of(membership.course),
    )


def _upcoming(whole: Book, id: int, now: datetime) -> tuple[Item, ...]:
    """The assignments that the student knows of and whose marks they don't see, or that don't count yet."""
    return tuple(
        item
        for item in whole.items
        if item.assignment is not None
        and item.assignment.hidden_at is None
        and item.assignment.opens_at <= now
        and (item.shown_at is None or not whole.of(id).get(item.key, EMPTY).counts)
    )


def _fields(book: Book, category: Category, upcoming: tuple[Item, ...]) -> tuple[WhatIf, ...]:
    """A field for each of them in this category; if there is none, one for the category's next mark. The
    titles of columns that are not published stay unknown."""
    own = tuple(
        WhatIf(f"if-{item.key}", item.title, category.id)
        for item in upcoming
        if item.category_id == category.id
    )
    if own:
        return own
    new = not book.in_category(category.id)
    return (
        WhatIf(
            f"if-k{category.id}", category.name if new else f"{category.name}: the next mark", category.id
        ),
    )


def _supposed(form: Fields, fields: list[WhatIf]) -> dict[str, Decimal]:
    """The percentages that the form supposes, by field; 0 is one of them."""
    values = {}
    for field in fields:
        if form.get(field.name):
            values[field.name] = form.percent(field.name) or Decimal(0)
    return values


def _total_with(
    book: Book, id: int, supposed: Mapping[str, Decimal], fields: Mapping[int, tuple[WhatIf, ...]]
) -> Total:
    cells = book.of(id)
    counted = [
        Counted(item.key, item.category_id, percent)
        for item in book.items
        if f"if-{item.key}" not in supposed and (percent := cells.get(item.key, EMPTY).percent) is not None
    ]
    for rows in fields.values():
        counted += [
            Counted(field.name, field.category_id, supposed[field.name])
            for field in rows
            if field.name in supposed
        ]
    return total(book.weights, counted)


def _comments(session: Session, book: Book, id: int) -> dict[str, str]:
    """The comments beside the student's published marks, by the column's key."""
    ids = [item.id for item in book.items if not item.is_assignment]
    query = select(ColumnMark.column_id, ColumnMark.comment).where(
        ColumnMark.user_id == id, ColumnMark.column_id.in_(ids)
    )
    return {f"c{column}": comment for column, comment in session.execute(query) if comment}
