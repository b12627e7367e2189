"""A user's own account: name, password, e-mail wishes, log-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grader.database import logins, mail, passwords, users
from grader.database.models import Login, MailKind, User
from web.refusals import TooOften
from web.services.fields import Fields
from web.services.invites import new_password
from web.throttle import Rule, Throttle

OLD_PASSWORDS = Rule("old-password", limit=10, window_s=900)
"""Tries of one user to give the old password."""


@dataclass(frozen=True)
class AccountPage:
    """What the page of an account shows; `here` is the hash of the reader's own log-in."""

    user: User
    logins: Sequence[Login]
    here: str
    wishes: Collection[MailKind]


def page(session: Session, user: User, here: str, now: datetime, idle: timedelta) -> AccountPage:
    """The reader's account."""
    user = session.get_one(User, user.id)
    return AccountPage(user, logins.of_user(session, user, now, idle), here, mail.wishes(session, user))


def rename(session: Session, user: User, form: Fields) -> bool:
    """Change the reader's name; False, with the form's fault filled in, if it is refused."""
    name = form.line("name", "The name")
    if not form.faults:
        user = session.get_one(User, user.id)
        users.rename(session, user, name, by=user)
    return not form.faults


def check_password(user: User, form: Fields, throttle: Throttle) -> str:
    """The hash of the new password; "", with the form's faults filled in, if the old one is wrong or the new
    one is refused. It takes long, so it is called outside of a transaction. Raises TooOften."""
    wait_s = throttle.hit(OLD_PASSWORDS, str(user.id))
    if wait_s:
        raise TooOften(f"Too many tries. Try again in {-(-wait_s // 60)} min.", wait_s)
    if not passwords.matches(user.password_hash, form.values.get("old_password", "")):
        form.faults["old_password"] = "This is not your password."
    return new_password(form)


def store_password(session: Session, user: User, password_hash: str, here: str) -> None:
    """Change the reader's password, and end all their log-ins but the one with the hash `here`."""
    user = session.get_one(User, user.id)
    users.set_password(session, user, password_hash, by=user, keep=here)


def set_wishes(session: Session, user: User, kinds: Sequence[str]) -> None:
    """Store which messages the reader wants to get; unknown kinds are ignored."""
    wanted = [kind for kind in mail.WISHES if kind in kinds]
    mail.set_wishes(session, session.get_one(User, user.id), wanted)


def end_login(session: Session, user: User, login_id: int) -> None:
    """End one of the reader's log-ins; nothing happens if it is over or somebody else's."""
    logins.end_by_id(session, user, login_id)


def end_others(session: Session, user: User, here: str) -> None:
    """End all log-ins of the reader but the one with the hash `here`."""
    logins.end_all(session, user, but=here)
