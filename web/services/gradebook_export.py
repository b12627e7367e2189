"""The whole gradebook as a table for a file; the columns that people mark can be uploaded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import gradebook, people
from grader.database.final_marks import rounded
from grader.database.gradebook import EMPTY, Book, State
from grader.database.models import CourseRole, Enrolment, User
from web.access import gradebook_membership
from web.render.spreadsheet import Value

PEOPLE = ("email", "name", "section")
FINAL = "final %"
WORDS: Mapping[State, str] = {
    State.GRADING: "grading",
    State.NOT_YET: "not yet",
    State.MISSING: "none",
    State.OPEN: "open",
    State.NONE: "",
}


def table(session: Session, user: User, course: str, now: datetime) -> list[Sequence[Value]]:
    """The heads, and a row for each student by name. Points are final points; a cell without points says why;
    percentages have two decimals. Raises Missing, Forbidden."""
    membership = gradebook_membership(session, user, course)
    book = gradebook.load(session, membership.course, None, now)
    rows = people.everybody(session, membership.course)
    students = [row for row in rows if row.role is CourseRole.STUDENT]
    return [heads(book), *(_row(book, row) for row in students)]


def heads(book: Book) -> list[str]:
    """The heads of the columns. Only those of columns that people mark are just their title, so that an
    upload finds them again."""
    titles = [f"{item.title} (assignment)" if item.is_assignment else item.title for item in book.items]
    return [*PEOPLE, *titles, *computed(book)]


def computed(book: Book) -> list[str]:
    """The heads of what is computed from the others."""
    return [*(f"{row.name} %" for row in book.categories), FINAL]


def _row(book: Book, enrolment: Enrolment) -> list[Value]:
    cells, total = book.of(enrolment.user_id), book.total(enrolment.user_id)
    marks: list[Value] = []
    for item in book.items:
        cell = cells.get(item.key, EMPTY)
        marks.append(cell.points if cell.points is not None else WORDS.get(cell.state, ""))
    shares = [total.shares.get(row.id) for row in book.categories]
    percents = [None if value is None else rounded(value, 2) for value in (*shares, total.percent)]
    return [enrolment.user.email, enrolment.user.name, enrolment.section, *marks, *percents]
