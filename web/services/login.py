"""Log-in: rate-limited, and the same answer whether or not the account exists."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import passwords, users
from grader.database.models import User
from grader.logs import emit, events
from web.throttle import Rule, Throttle

PAIR = Rule("login-pair", limit=10, window_s=900)
"""Log-ins of one account from one IP address."""
PLACE = Rule("login-place", limit=150, window_s=900)
"""Log-ins from one IP address: a whole lecture hall may share it."""
ACCOUNT = Rule("login-account", limit=60, window_s=900)
"""Log-ins of one account from everywhere; high enough that others can't easily lock its owner out."""

REFUSED = "The e-mail address or the password is wrong."


@dataclass(frozen=True)
class LoginAnswer:
    """The user who logged in; or why the log-in failed, and the seconds to wait (0: none)."""

    user: User | None = None
    message: str = ""
    wait_s: int = 0


def authenticate(
    session: Session, throttle: Throttle, email: str, password: str, address: str | None
) -> LoginAnswer:
    """Check a log-in from `address`, an IP address. Takes as long for an unknown e-mail address as for
    a known one."""
    address, account = address or "?", users.normal(email)[:254]
    wait_s = _wait(throttle, account, address)
    if wait_s:
        minutes = -(-wait_s // 60)
        return LoginAnswer(message=f"Too many attempts. Try again in {minutes} min.", wait_s=wait_s)
    user = users.by_email(session, account) if account else None
    right = passwords.matches(_hash_of(user), password)
    if not right or user is None:
        emit(events.LoginFailed(user=user.id if user else "unknown", address=address))
        return LoginAnswer(message=REFUSED)
    throttle.reset(PAIR, f"{account} {address}")
    return LoginAnswer(user=user)


def _hash_of(user: User | None) -> str | None:
    """The hash to compare with; None, which takes as long, for nobody, for somebody who is deactivated and
    for somebody who has set no password yet."""
    return user.password_hash or None if user is not None and user.deactivated_at is None else None


def _wait(throttle: Throttle, account: str, address: str) -> int:
    waits = (
        throttle.hit(PAIR, f"{account} {address}"),
        throttle.hit(PLACE, address),
        throttle.hit(ACCOUNT, account),
    )
    return max(waits)


def stronger_hash(user: User, password: str) -> str:
    """A new hash of a password that was just checked, "" if the stored hash is as strong."""
    return passwords.hash_password(password) if passwords.is_outdated(user.password_hash) else ""


def store_hash(session: Session, user: User, password_hash: str) -> None:
    """Store a new hash of the user's password."""
    users.rehash(session, session.get_one(User, user.id), password_hash)
