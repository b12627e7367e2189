"""A forgotten password: a link by e-mail, and the page on which a link sets the password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import mail, password_links, users
from grader.database.models import MailKind, PasswordLink, User
from grader.database.password_links import FORGOTTEN
from web.refusals import Missing, TooOften
from web.services.fields import Fields
from web.services.invites import new_password
from web.throttle import Rule, Throttle

PLACE = Rule("reset-place", limit=60, window_s=900)
"""Requests from one IP address."""
ACCOUNT = Rule("reset-account", limit=5, window_s=3600)
"""Requests for one address; more are ignored, and get the same answer."""
PATH = "/password/"


def count_request(throttle: Throttle, email: str, address: str | None) -> bool:
    """Count a request from an IP address; False if there were too many for this e-mail address, which nothing
    shows. Raises TooOften by IP address only."""
    wait_s = throttle.hit(PLACE, address or "?")
    if wait_s:
        raise TooOften(f"Too many requests. Try again in {-(-wait_s // 60)} min.", wait_s)
    return throttle.hit(ACCOUNT, users.normal(email)[:254]) == 0


def request_link(session: Session, email: str, now: datetime) -> None:
    """Queue a message with a link for the user with this e-mail address, if there is one."""
    account = users.normal(email)[:254]
    user = users.by_email(session, account) if account else None
    if user is None or user.deactivated_at is not None:
        return
    token = password_links.make(session, user, now, FORGOTTEN, by=None)
    body = (
        f"Somebody asked for a new password for {user.email}. If it was not you, do nothing.\n\n"
        f"Choose a new password here:\n{mail.link(PATH + token)}\n\n"
        "The link can be used once, within an hour."
    )
    mail.queue(session, user, MailKind.PASSWORD, f"link:{now.isoformat()}", "A new password", body)


def link_of(session: Session, token: str, now: datetime) -> PasswordLink:
    """The link of this token with its user. Raises Missing if it can't be used."""
    link = password_links.current(session, token, now)
    if link is None:
        raise Missing
    return link


def check(form: Fields) -> str:
    """The hash of the new password, "" with the form's faults filled in. Takes long."""
    return new_password(form)


def use(session: Session, token: str, password_hash: str, now: datetime) -> User:
    """Set the password; the link and all log-ins of the user end. Raises Missing."""
    link = link_of(session, token, now)
    password_links.use(session, link, password_hash, now)
    return link.user
