"""The people of a course, for its instructors."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from grader.database import people
from grader.database.errors import StoreError
from grader.database.models import CourseRole, Enrolment, User
from grader.database.people import LONGEST_SECTION, Counts, Wanted
from web.access import Membership, people_membership, person_membership
from web.services import roster_file
from web.services.fields import Fields

A_PAGE = 50
ROLE_WORDS = {CourseRole.STUDENT: "student", CourseRole.TA: "TA", CourseRole.INSTRUCTOR: "instructor"}
ROLE_CHOICES = tuple((str(role), words) for role, words in ROLE_WORDS.items())
T = TypeVar("T")


@dataclass(frozen=True)
class Pages:
    """Which page of a list is shown, and how many rows the list has."""

    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // A_PAGE))

    @property
    def offset(self) -> int:
        return (self.number - 1) * A_PAGE


def page_number(text: str) -> int:
    """The number of a page in an address; 1 if it is none."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@dataclass(frozen=True)
class PeopleFilter:
    """The filter of the list, as its form sends it."""

    wanted: Wanted
    state: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> PeopleFilter:
        """The filter in a query; what is not understood does not filter."""
        role, state = values.get("role", ""), values.get("state", "")
        return cls(
            Wanted(
                text=values.get("q", "")[:100],
                role=CourseRole(role) if role in tuple(CourseRole) else None,
                section=values.get("section", "")[:LONGEST_SECTION],
                left=state == "left",
                without_password=state == "new",
            ),
            state if state in ("left", "new") else "",
        )

    def query(self, page: int) -> str:
        """The query that shows a page of the same list."""
        wanted = self.wanted
        values = {"q": wanted.text, "role": wanted.role, "section": wanted.section, "state": self.state}
        pairs = [(key, value) for key, value in values.items() if value]
        return "?" + urlencode([*pairs, ("page", page)] if page > 1 else pairs)


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list of people."""

    membership: Membership
    people: Sequence[Enrolment]
    counts: Counts
    filter: PeopleFilter
    pages: Pages


def page(session: Session, user: User, course: str, values: Mapping[str, str]) -> PeoplePage:
    """The people that a query asks for. Raises Missing, Forbidden."""
    membership = people_membership(session, user, course)
    filters, number = PeopleFilter.read(values), page_number(values.get("page", ""))
    offset = (number - 1) * A_PAGE
    rows, total = people.listing(session, membership.course, filters.wanted, limit=A_PAGE, offset=offset)
    counts = people.counts(session, membership.course)
    return PeoplePage(membership, rows, counts, filters, Pages(number, total))


def add(session: Session, user: User, course: str, form: Fields) -> Enrolment | None:
    """Enrol the person in the form; None, with its faults filled in, if a field is wrong. Raises Missing,
    Forbidden, Archived."""
    membership = people_membership(session, user, course)
    email = form.email("email")
    name = form.line("name", "The name", least=0)
    role, section = _role_and_section(form)
    if form.faults:
        return None
    try:
        by = session.get_one(User, user.id)
        return people.add(session, membership.course, email, name, role, section, by=by)
    except StoreError as error:
        form.faults["name" if "name must" in str(error) else "email"] = f"{error}."
        return None


def _role_and_section(form: Fields) -> tuple[CourseRole, str]:
    role = form.choice("role", CourseRole, CourseRole.STUDENT)
    return role, form.line("section", "The section", LONGEST_SECTION, least=0)


@dataclass(frozen=True)
class PersonPage:
    """One person of the course; `may_link` says that the course's instructors may give them a link for
    their first password."""

    membership: Membership
    enrolment: Enrolment
    may_link: bool


def person(session: Session, user: User, course: str, user_id: int) -> PersonPage:
    """One person, who may have left. Raises Missing, Forbidden."""
    membership, enrolment = person_membership(session, user, course, user_id)
    new = enrolment.user.password_hash == people.NO_PASSWORD
    may_link = new and bool(people.without_password(session, membership.course, ours=True, user_id=user_id))
    return PersonPage(membership, enrolment, may_link)


def change(session: Session, user: User, course: str, user_id: int, form: Fields) -> bool:
    """Store role and section; False, with the form's faults filled in, if one is refused. Raises Missing,
    Forbidden, Archived."""
    _, enrolment = person_membership(session, user, course, user_id)
    role, section = _role_and_section(form)
    if form.faults:
        return False
    try:
        people.change(session, enrolment, role, section, by=session.get_one(User, user.id))
    except StoreError as error:
        form.faults["role"] = f"{error}."
        return False
    return True


def remove(session: Session, user: User, course: str, user_id: int, now: datetime) -> Enrolment:
    """Take the person's role away, at once. Raises StoreError, Missing, Forbidden, Archived."""
    _, enrolment = person_membership(session, user, course, user_id)
    people.remove(session, enrolment, now, by=session.get_one(User, user.id))
    return enrolment


def take_back(session: Session, user: User, course: str, user_id: int) -> Enrolment:
    """Give the person their role back. Raises Missing, Forbidden, Archived."""
    _, enrolment = person_membership(session, user, course, user_id)
    people.take_back(session, enrolment, by=session.get_one(User, user.id))
    return enrolment


def export(session: Session, user: User, course: str) -> bytes:
    """The people of the course as a CSV file that can be uploaded again. Raises Missing, Forbidden."""
    membership = people_membership(session, user, course)
    rows = people.everybody(session, membership.course)
    table = [(row.user.email, row.user.name, row.section, str(row.role)) for row in rows]
    return csv_file(("email", "name", "section", "role"), table)


def csv_file(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file that spreadsheets open as UTF-8, and no cell of which they take for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _defused(cell: str) -> str:
    taken = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if taken or cell.startswith(roster_file.DEFUSED) else cell
