"""Web sessions stored on the server, so that logging out ends one and an operator can end them all."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The session of this token with its user; None if there is none, if it has expired, if it was not used
    for `idle`, or if the user is deactivated."""
    used = Login.seen_at > now - idle
    return session.scalar(
        select(Login)
        .join(User, User.id == Login.user_id)
        .where(Login.token_hash == token_hash, Login.expires_at > now, used, User.deactivated_at.is_(None))
        .options(joinedload(Login.user))
    )


def seen(session: Session, token_hash: str, now: datetime) -> None:
    """Record that the session was used."""
    session.execute(update(Login).where(Login.token_hash == token_hash).values(seen_at=now))


def end(session: Session, token_hash: str) -> None:
    """End one session; nothing happens if it has ended already."""
    session.execute(delete(Login).where(Login.token_hash == token_hash))


def end_all(session: Session, user: User, *, but: str = "") -> None:
    """End every session of a user, except the one of the token with the hash `but`."""
    session.execute(delete(Login).where(Login.user_id == user.id, Login.token_hash != but))


def of_user(session: Session, user: User, now: datetime, idle: timedelta) -> Sequence[Login]:
    """The sessions of a user that can still be used, the one used last first."""
    used = Login.seen_at > now - idle
    query = select(Login).where(Login.user_id == user.id, Login.expires_at > now, used)
    return session.scalars(query.order_by(Login.seen_at.desc(), Login.id.desc())).all()


def end_by_id(session: Session, user: User, login_id: int) -> None:
    """End the session with this id if it is the user's; nothing happens if it has ended already."""
    session.execute(delete(Login).where(Login.user_id == user.id, Login.id == login_id))
