"""Users: found by e-mail, created, their password hash changed (`grader.database.passwords` makes it)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from grader.database import audit, logins
from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import PasswordLink, User
from grader.database.names import checked_email, checked_line


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


def set_password(
    session: Session, user: User, password_hash: str, *, by: User | None, keep: str = ""
) -> None:
    """Change the hash and end all web sessions of the user, except the one of the token with the hash `keep`;
    links with which the password could be set have no effect any more."""
    user.password_hash = password_hash
    logins.end_all(session, user, but=keep)
    session.execute(
        delete(PasswordLink).where(PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None))
    )
    audit.note(session, "user.password_changed", user, by=by)


def rename(session: Session, user: User, name: str, *, by: User) -> None:
    """Change the name. Raises StoreError if it is not one line of 1 to 120 characters."""
    line = unicodedata.normalize("NFC", checked_line("The name", name))
    if line != user.name:
        audit.note(session, "user.renamed", user, by=by, before=user.name, after=line)
        user.name = line


def deactivate(session: Session, user: User, now: datetime, *, by: User | None) -> None:
    """Let the user log in no more, and end their web sessions; no change if that was done before. Raises
    StoreError if the user is `by` themselves."""
    if by is not None and by.id == user.id:
        raise StoreError("You can't deactivate yourself")
    if user.deactivated_at is not None:
        return
    user.deactivated_at = now
    logins.end_all(session, user)
    audit.note(session, "user.deactivated", user, by=by)


def activate(session: Session, user: User, *, by: User | None) -> None:
    """Let a deactivated user log in again."""
    if user.deactivated_at is not None:
        user.deactivated_at = None
        audit.note(session, "user.activated", user, by=by)


def any_exists(session: Session) -> bool:
    """Whether the installation has any user."""
    return session.execute(select(exists(select(User.id)))).scalar_one()


def find(session: Session, text: str, *, limit: int, offset: int) -> tuple[Sequence[User], int]:
    """Users whose name or address contains the text, by name: one page of them, and how many there are."""
    wanted = select(User)
    if text.strip():
        part = text.strip()
        wanted = wanted.where(
            or_(User.name.icontains(part, autoescape=True), User.email.icontains(part, autoescape=True))
        )
    total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    page = wanted.order_by(User.name, User.id).limit(limit).offset(offset)
    return session.scalars(page).all(), total


def rehash(session: Session, user: User, password_hash: str) -> None:
    """Store a stronger hash of the same password; ends no web session."""
    user.password_hash = password_hash
