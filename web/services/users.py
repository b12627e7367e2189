"""All users of the installation, for operators: found, added, deactivated; links for a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from grader.database import password_links, people, users
from grader.database.errors import StoreError
from grader.database.models import User
from grader.database.password_links import FIRST, GIVEN
from web.access import must_be_operator, user_for_operator
from web.services.fields import Fields
from web.services.people import A_PAGE, Pages, page_number


@dataclass(frozen=True)
class UsersPage:
    """One page of the list of users."""

    users: Sequence[User]
    text: str
    pages: Pages

    def query(self, page: int) -> str:
        """The query that shows a page of the same list."""
        return "?" + urlencode([*([("q", self.text)] if self.text else []), ("page", page)])


def page(session: Session, user: User, values: Mapping[str, str]) -> UsersPage:
    """The users that a query asks for. Raises Missing for all but operators."""
    must_be_operator(user)
    text, number = values.get("q", "")[:100], page_number(values.get("page", ""))
    rows, total = users.find(session, text, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    return UsersPage(rows, text, Pages(number, total))


def add(session: Session, user: User, form: Fields, now: datetime) -> str | None:
    """A new user without a password: the token of the link with which they choose it; None, with the form's
    faults filled in, if a field is wrong. Raises Missing for all but operators."""
    must_be_operator(user)
    email, name = form.email("email"), form.line("name", "The name")
    if form.faults:
        return None
    by = session.get_one(User, user.id)
    try:
        operator = form.ticked("operator")
        new = users.create(session, email, name, people.NO_PASSWORD, operator=operator, by=by)
    except StoreError as error:
        form.faults["email"] = f"{error}."
        return None
    session.flush()
    return password_links.make(session, new, now, FIRST, by=by)


def link(session: Session, user: User, user_id: int, now: datetime) -> tuple[User, str]:
    """A link with which the user can set a password: the user and its token. Raises Missing for all but
    operators, StoreError if the user is deactivated."""
    other = user_for_operator(session, user, user_id)
    return other, password_links.make(session, other, now, GIVEN, by=session.get_one(User, user.id))


def deactivate(session: Session, user: User, user_id: int, now: datetime) -> User:
    """Let the user log in no more. Raises Missing for all but operators, StoreError for oneself."""
    other = user_for_operator(session, user, user_id)
    users.deactivate(session, other, now, by=session.get_one(User, user.id))
    return other


def activate(session: Session, user: User, user_id: int) -> User:
    """Let a deactivated user log in again. Raises Missing for all but operators."""
    other = user_for_operator(session, user, user_id)
    users.activate(session, other, by=session.get_one(User, user.id))
    return other
