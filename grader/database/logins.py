"""Web sessions stored on the server, so that logging out ends one and an operator can end them all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Login, User


def begin(session: Session, user: User, token_hash: str, now: datetime, expires_at: datetime) -> Login:
    """A new session; `token_hash` is the SHA-256 (hex) of its cookie's token. Deletes expired sessions."""
    session.execute(delete(Login).where(Login.expires_at <= now))
    login = Login(token_hash=token_hash, user_id=user.id, created_at=now, seen_at=now, expires_at=expires_at)
    session.add(login)
    session.flush()
    return login


def current(session: Session, token_hash: str, now: datetime, idle: timedelta) -> Login | None:
    """The session of this token with its user; None if there is none, if it has expired, or if it was not
    used for `idle`."""
    used = Login.seen_at > now - idle
    return session.scalar(
        select(Login)
        .where(Login.token_hash == token_hash, Login.expires_at > now, used)
        .options(joinedload(Login.user))
    )


def seen(session: Session, token_hash: str, now: datetime) -> None:
    """Record that the session was used."""
    session.execute(update(Login).where(Login.token_hash == token_hash).values(seen_at=now))


def end(session: Session, token_hash: str) -> None:
    """End one session; nothing happens if it has ended already."""
    session.execute(delete(Login).where(Login.token_hash == token_hash))


def end_all(session: Session, user: User) -> None:
    """End every session of a user."""
    session.execute(delete(Login).where(Login.user_id == user.id))
