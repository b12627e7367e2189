"""Logging in: slow for who guesses, silent about who exists."""

from __future__ import annotations

from dataclasses import dataclass

from grader.database import passwords, reading, users, writing
from grader.database.models import User
from grader.logs import emit, events
from web.security.throttle import Rule
from web.site import site

PAIR = Rule("login-pair", limit=10, window_s=900)
"""One address from one place."""
PLACE = Rule("login-place", limit=150, window_s=900)
"""One place: a lecture hall may share its address on the Internet."""
ACCOUNT = Rule("login-account", limit=60, window_s=900)
"""One account from everywhere; wide enough that others can't easily lock its owner out."""

REFUSED = "This address and password do not belong together."


@dataclass(frozen=True)
class LoginAnswer:
    """Who came in; or why not, and how many seconds to wait (0: at once)."""

    user: User | None = None
    message: str = ""
    wait_s: int = 0


def knock(email: str, password: str, place: str | None) -> LoginAnswer:
    """Check a log-in. Takes as long for an unknown address as for a known one."""
    place, account = place or "?", users.normal(email)[:254]
    wait_s = _wait(account, place)
    if wait_s:
        minutes = -(-wait_s // 60)
        return LoginAnswer(
            message=f"Too many attempts. The next is possible in {minutes} min.", wait_s=wait_s
        )
    with reading(site().engine) as session:
        user = users.by_email(session, account)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        emit(events.LoginFailed(user=user.id if user else "unknown", address=place))
        return LoginAnswer(message=REFUSED)
    site().throttle.forgive(PAIR, f"{account} {place}")
    _renew(user, password)
    return LoginAnswer(user=user)


def _wait(account: str, place: str) -> int:
    throttle = site().throttle
    waits = (
        throttle.hit(PAIR, f"{account} {place}"),
        throttle.hit(PLACE, place),
        throttle.hit(ACCOUNT, account),
    )
    return max(waits)


def _renew(user: User, password: str) -> None:
    """Keep a stronger hash, now that the password is known for a moment."""
    if not passwords.is_outdated(user.password_hash):
        return
    with writing(site().engine) as session:
        users.rehash(session, session.get_one(User, user.id), passwords.hash_password(password))
