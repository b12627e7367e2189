"""Users: found by e-mail, created, their password hash changed (`grader.database.passwords` makes it)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, logins
from grader.database.errors import AlreadyThere
from grader.database.models import User
from grader.database.names import checked_email


def normal(email: str) -> str:
    """The form in which e-mail addresses are stored and compared."""
    return email.strip().lower()


def by_email(session: Session, email: str) -> User | None:
    """The user with this address, in lower or upper case; None if there is none."""
    return session.scalar(select(User).where(User.email == normal(email)))


def create(
    session: Session,
    email: str,
    name: str,
    password_hash: str,
    *,
    operator: bool = False,
    by: User | None = None,
) -> User:
    """A new user. Raises StoreError if the address is none, AlreadyThere if it is used."""
    address = checked_email(email)
    if by_email(session, address) is not None:
        raise AlreadyThere("The user", address)
    user = User(email=address, name=name, password_hash=password_hash, operator=operator)
    session.add(user)
    audit.note(session, "user.created", user, by=by, email=user.email, operator=operator)
    return user


def set_password(session: Session, user: User, password_hash: str, *, by: User | None) -> None:
    """Change the hash and end all web sessions of the user."""
    user.password_hash = password_hash
    logins.end_all(session, user)
    audit.note(session, "user.password_changed", user, by=by)


def rehash(session: Session, user: User, password_hash: str) -> None:
    """Store a stronger hash of the same password; ends no web session."""
    user.password_hash = password_hash
