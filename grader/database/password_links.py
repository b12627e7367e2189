"""Links with which a user sets a password once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, users
from grader.database.errors import StoreError
from grader.database.models import PasswordLink, User
from grader.database.tokens import new_token, token_hash

FORGOTTEN = timedelta(hours=1)
"""How long a link is valid that its user has asked for by e-mail."""
GIVEN = timedelta(days=2)
"""How long a link is valid that an operator has made."""
FIRST = timedelta(days=14)
"""How long a link for somebody's first password is valid."""


def make(session: Session, user: User, now: datetime, lasts: timedelta, *, by: User | None) -> str:
    """A new link of the user, valid for `lasts`: its token. Raises StoreError for a deactivated user."""
    return make_all(session, [user], now, lasts, by=by)[0]


def make_all(
    session: Session, people: list[User], now: datetime, lasts: timedelta, *, by: User | None
) -> list[str]:
    """A new link for each user: its tokens, in the same order; expired links of anybody are deleted. Raises
    StoreError if one of the users is deactivated."""
    for user in people:
        if user.deactivated_at is not None:
            raise StoreError(f"{user.email} is deactivated and can't log in")
    session.execute(delete(PasswordLink).where(PasswordLink.expires_at <= now))
    tokens = [new_token() for _ in people]
    rows = [
        {
            "token_hash": token_hash(token),
            "user_id": user.id,
            "by_id": None if by is None else by.id,
            "created_at": now,
            "expires_at": now + lasts,
        }
        for user, token in zip(people, tokens, strict=True)
    ]
    if rows:
        session.execute(insert(PasswordLink), rows)
    audit.note_all(session, "user.password_link_made", people, by, None, lambda _: {"until": now + lasts})
    return tokens


def current(session: Session, token: str, now: datetime) -> PasswordLink | None:
    """The link of this token with its user; None if there is none, or if it is used or expired, or if the
    user is deactivated."""
    return session.scalar(
        select(PasswordLink)
        .join(User, User.id == PasswordLink.user_id)
        .where(
            PasswordLink.token_hash == token_hash(token),
            PasswordLink.expires_at > now,
            PasswordLink.used_at.is_(None),
            User.deactivated_at.is_(None),
        )
        .options(joinedload(PasswordLink.user))
    )


def use(session: Session, link: PasswordLink, password_hash: str, now: datetime) -> None:
    """Set the user's password; this link and all others of the user have no effect any more."""
    link.used_at = now
    session.flush()
    users.set_password(session, link.user, password_hash, by=link.user)
