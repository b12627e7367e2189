"""One column that people mark: its terms, and a page of its marks to be entered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database import columns, gradebook, people
from grader.database.columns import LONGEST_COMMENT, Entry, read_points
from grader.database.errors import StoreError
from grader.database.models import Category, Column, ColumnMark, CourseRole, Enrolment, User
from grader.database.people import Wanted
from grader.values.numbers import points
from grader.values.text import storable
from web.access import Membership, column_membership
from web.services.fields import Fields
from web.services.gradebook_setup import fault_of, read_column
from web.services.people import A_PAGE, Pages


@dataclass(frozen=True)
class ColumnPage:
    """A column, and one page of the students with their marks."""

    membership: Membership
    column: Column
    categories: tuple[Category, ...]
    enrolments: Sequence[Enrolment]
    marks: Mapping[int, ColumnMark]
    marked: int
    pages: Pages
    text: str

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Value and words of each category, and of none."""
        return (("", "none: doesn’t count"), *((str(row.id), row.name) for row in self.categories))

    @property
    def was(self) -> str:
        """The marks as they are shown, for the form: what somebody else changes meanwhile is noticed."""
        return json.dumps(
            {str(id): _was(self.marks.get(id)) for id in (row.user_id for row in self.enrolments)}
        )


def _was(mark: ColumnMark | None) -> list[str] | None:
    return None if mark is None else [str(mark.points), mark.comment]


def page(session: Session, user: User, course: str, column_id: int, text: str, number: int) -> ColumnPage:
    """The column with one page of its marks. Raises Missing, Forbidden for students."""
    membership, column = column_membership(session, user, course, column_id)
    wanted = Wanted(text=text, role=CourseRole.STUDENT)
    rows, total = people.listing(
        session, membership.course, wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE
    )
    marks = columns.marks_of(session, column, [row.user_id for row in rows])
    marked = session.execute(
        select(func.count()).select_from(ColumnMark).where(ColumnMark.column_id == column.id)
    ).scalar_one()
    categories = gradebook.categories_of(session, membership.course)
    return ColumnPage(membership, column, categories, rows, marks, marked, Pages(number, total), text)


def enter(session: Session, user: User, course: str, column_id: int, form: Fields) -> int | None:
    """Store the marks of the form, all or none; how many changed, or None with its faults filled in: by the
    field `p-ID`, or `marks` if somebody else has changed some of them meanwhile. Raises Missing, Forbidden,
    Archived."""
    membership, column = column_membership(session, user, course, column_id)
    was = _read_was(form.get("was"))
    students = set(gradebook.students(session, membership.course))
    entries = {id: _entry(form, column, id) for id in was if id in students and f"p-{id}" in form.values}
    if form.faults:
        return None
    now = columns.marks_of(session, column, entries.keys())
    wanted = {id: entry for id, entry in entries.items() if _differs(was[id], entry)}
    clashes = [id for id in wanted if _was(now.get(id)) != was[id]]
    for id in clashes:
        had = now.get(id)
        words = "no mark" if had is None else f"{points(had.points)} points"
        form.faults[f"p-{id}"] = f"Somebody else has changed this meanwhile, to {words}."
    if clashes:
        form.faults["marks"] = "Marks were changed since you loaded this page; nothing was stored."
        return None
    return columns.store(session, column, wanted, by=session.get_one(User, user.id))


def _read_was(text: str) -> dict[int, list[str] | None]:
    try:
        rows = json.loads(text[:60_000] or "{}")
        return {int(id): value for id, value in rows.items()}
    except (ValueError, AttributeError, RecursionError):
        return {}


def _entry(form: Fields, column: Column, id: int) -> Entry | None:
    comment = storable(form.get(f"c-{id}")[: LONGEST_COMMENT + 1])
    if len(comment) > LONGEST_COMMENT:
        form.faults[f"p-{id}"] = f"A comment has at most {LONGEST_COMMENT} characters."
    try:
        value = read_points(form.get(f"p-{id}"), column.max_points)
    except StoreError as error:
        form.faults[f"p-{id}"] = f"{error}."
        return None
    if value is None and comment:
        form.faults[f"p-{id}"] = "A comment needs points beside it."
    return None if value is None else Entry(value, comment)


def _differs(was: list[str] | None, entry: Entry | None) -> bool:
    return was != (None if entry is None else [str(entry.points.normalize() + 0), entry.comment])


def change(session: Session, user: User, course: str, column_id: int, form: Fields) -> bool:
    """Store title, category and maximum; False, with the form's faults filled in, if one is wrong. Raises
    Missing, Forbidden for all but instructors, Archived."""
    membership, column = column_membership(session, user, course, column_id)
    membership.must_be_instructor()
    terms = read_column(form)
    if form.faults:
        return False
    try:
        columns.change(session, membership.course, column, terms, by=session.get_one(User, user.id))
    except StoreError as error:
        form.faults[fault_of(error)] = f"{error}."
        return False
    return True


def remove(session: Session, user: User, course: str, column_id: int) -> str:
    """Delete the column with its marks; its title. Raises Missing, Forbidden for all but instructors,
    Archived."""
    membership, column = column_membership(session, user, course, column_id)
    membership.must_be_instructor()
    title = column.title
    columns.remove(session, column, by=session.get_one(User, user.id))
    return title
