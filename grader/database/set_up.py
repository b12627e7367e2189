"""The first user of an installation, made in the browser with a token that only its operator can read."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from grader.database import users
from grader.database.errors import StoreError
from grader.database.models import Assignment, Course, User

PATH = "/set-up"


def token_of(secret_key: str) -> str:
    """The token of the installation with this key: the same until the first user exists, and no use then."""
    return hmac.new(secret_key.encode(), b"gradecheck: the first user", hashlib.sha256).hexdigest()[:40]


def is_empty(session: Session) -> bool:
    """Whether the installation has no user yet."""
    return not users.any_exists(session)


def create_first(session: Session, email: str, name: str, password_hash: str) -> User:
    """The first user, who is an operator. Raises StoreError if there is a user already, also if two requests
    come at once."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        session.execute(text("LOCK TABLE users IN EXCLUSIVE MODE"))
    if not is_empty(session):
        raise StoreError("This installation has a first user already; log in")
    return users.create(session, email, name, password_hash, operator=True)


def progress(session: Session) -> tuple[int, bool]:
    """How many courses there are, and whether there is an assignment in any of them."""
    courses = session.execute(select(func.count()).select_from(Course)).scalar_one()
    return courses, session.execute(select(exists(select(Assignment.id)))).scalar_one()
