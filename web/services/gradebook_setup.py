"""What makes up the final mark: categories with weights, the columns, and what belongs where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import categories, columns, gradebook
from grader.database.categories import LONGEST_NAME, MOST_DROPPED, USUAL, Wish
from grader.database.columns import LONGEST_TITLE, ColumnTerms, read_points
from grader.database.errors import StoreError
from grader.database.models import Assignment, Category, Column, User
from web.access import Membership, course_membership
from web.services.fields import Fields

NEW_ROWS = 2


@dataclass(frozen=True)
class SetupPage:
    """Categories, assignments and columns of a course."""

    membership: Membership
    categories: tuple[Category, ...]
    assignments: tuple[Assignment, ...]
    columns: tuple[Column, ...]
    uses: Mapping[int, int]
    usual: tuple[tuple[str, int], ...] = USUAL

    @property
    def weight_sum(self) -> Decimal:
        return sum((row.weight for row in self.categories), Decimal(0))

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Value and words of each category, and of none."""
        return (("", "none: doesn’t count"), *((str(row.id), row.name) for row in self.categories))

    @property
    def rows(self) -> tuple[tuple[str, Category | None], ...]:
        """The rows of the form: the end of its fields' names, and the category or None for a new one."""
        new = [(f"new{at}", None) for at in range(NEW_ROWS)]
        return (*((str(row.id), row) for row in self.categories), *new)


def page(session: Session, user: User, course: str) -> SetupPage:
    """What the final mark is made of. Raises Missing, Forbidden for all but instructors."""
    membership = instructor(session, user, course)
    assignments = session.scalars(
        select(Assignment).where(Assignment.course_id == membership.course.id).order_by(Assignment.due_at)
    )
    return SetupPage(
        membership,
        gradebook.categories_of(session, membership.course),
        tuple(assignments),
        columns.of_course(session, membership.course),
        categories.counts(session, membership.course),
    )


def instructor(session: Session, user: User, course: str) -> Membership:
    """The membership of an instructor. Raises Missing, Forbidden, Archived."""
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    return membership


def make_usual(session: Session, user: User, course: str) -> None:
    """Make the usual categories. Raises Missing, Forbidden, Archived, StoreError."""
    membership = instructor(session, user, course)
    categories.make_usual(session, membership.course, by=session.get_one(User, user.id))


def change(session: Session, user: User, course: str, form: Fields) -> bool:
    """Store the categories of the form; False, with its faults filled in, if a field is wrong. Raises
    Missing, Forbidden, Archived."""
    membership = instructor(session, user, course)
    known = gradebook.categories_of(session, membership.course)
    ends = [(str(row.id), row.id) for row in known] + [(f"new{at}", None) for at in range(NEW_ROWS)]
    wishes = [_wish(form, end, id) for end, id in ends]
    if form.faults:
        return False
    wanted = [wish for wish in wishes if wish is not None]
    try:
        with session.begin_nested():  # all or nothing
            categories.change(session, membership.course, wanted, by=session.get_one(User, user.id))
    except StoreError as error:
        form.faults["categories"] = f"{error}."
        return False
    return True


def _wish(form: Fields, end: str, id: int | None) -> Wish | None:
    """What the form says of one category; None for an empty new row."""
    if id is not None and form.ticked(f"delete-{end}"):
        return Wish(id, "", Decimal(0))
    if id is None and not form.get(f"name-{end}"):
        if form.get(f"weight-{end}"):
            form.faults[f"name-{end}"] = "A category needs a name."
        return None
    name = form.line(f"name-{end}", "The name", LONGEST_NAME)
    weight = form.percent(f"weight-{end}")
    drop = form.whole(f"drop-{end}", 0, MOST_DROPPED)
    return Wish(id, name, weight or Decimal(0), drop or 0)


def assign(session: Session, user: User, course: str, form: Fields) -> int | None:
    """Put assignments and columns into the categories of the form; how many were moved, None with its faults
    filled in. Raises Missing, Forbidden, Archived."""
    content = page(session, user, course)
    by = session.get_one(User, user.id)
    valid = {value: int(value) if value else None for value, _ in content.choices}
    wanted: dict[Assignment | Column, str] = {}
    rows: tuple[Assignment | Column, ...] = (*content.assignments, *content.columns)
    for row in rows:
        name = f"{'a' if isinstance(row, Assignment) else 'c'}{row.id}"
        if name in form.values:
            wanted[row] = form.get(name)
    if any(value not in valid for value in wanted.values()):
        form.faults["assign"] = "A category of this form does not exist any more; choose again."
        return None
    moved = categories.assign(
        session, {row: valid[v] for row, v in wanted.items() if isinstance(row, Assignment)}, by=by
    )
    for row, value in wanted.items():
        if isinstance(row, Column) and row.category_id != valid[value]:
            terms = ColumnTerms(row.title, valid[value], row.max_points)
            columns.change(session, content.membership.course, row, terms, by=by)
            moved += 1
    return moved


def read_column(form: Fields) -> ColumnTerms:
    """The terms of a column in a form; its faults are filled in."""
    title = form.line("title", "The title", LONGEST_TITLE)
    category = form.get("category")
    most = None
    try:
        most = read_points(form.get("max_points"), columns.LARGEST)
    except StoreError as error:
        form.faults["max_points"] = f"{error}."
    if not most and "max_points" not in form.faults:
        form.faults["max_points"] = "A maximum above 0 is expected, such as 100."
    category_id = int(category) if category.isascii() and category.isdigit() and len(category) < 18 else None
    return ColumnTerms(title, category_id, most or Decimal(1))


def add_column(session: Session, user: User, course: str, form: Fields) -> Column | None:
    """A new column; None, with the form's faults filled in, if a field is wrong. Raises Missing, Forbidden,
    Archived."""
    membership = instructor(session, user, course)
    terms = read_column(form)
    if form.faults:
        return None
    try:
        return columns.create(session, membership.course, terms, by=session.get_one(User, user.id))
    except StoreError as error:
        form.faults[fault_of(error)] = f"{error}."
        return None


def fault_of(error: StoreError) -> str:
    """The field of a column's form that a refusal is about."""
    text = str(error)
    if "maximum" in text:
        return "max_points"
    return "category" if "category" in text else "title"
