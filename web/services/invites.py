"""Links with which people join a course: made by its instructors, used by everybody who has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grader.database import courses, invites, passwords, users
from grader.database.errors import AlreadyThere, StoreError, WeakPassword
from grader.database.models import CourseRole, Enrolment, Invite, User
from grader.database.people import LONGEST_SECTION
from web.access import Membership, invite_membership, people_membership
from web.refusals import Missing, TooOften
from web.services.dates import BadDate, read_instant
from web.services.fields import Fields
from web.throttle import Rule, Throttle

JOINS = Rule("join", limit=300, window_s=900)
"""New accounts from one IP address: a whole lecture hall may share it."""
USUAL = timedelta(days=14)


@dataclass(frozen=True)
class InvitePage:
    """The links of a course."""

    membership: Membership
    invites: Sequence[Invite]
    now: datetime

    @property
    def usual_end(self) -> datetime:
        return self.now + USUAL

    def state(self, invite: Invite) -> str:
        """Why nobody can join with the link; "" if people can."""
        if invite.withdrawn_at is not None:
            return "withdrawn"
        if invite.expires_at <= self.now:
            return "expired"
        return "used up" if invite.uses_left == 0 else ""


def page(session: Session, user: User, course: str, now: datetime) -> InvitePage:
    """The course's links. Raises Missing, Forbidden."""
    membership = people_membership(session, user, course)
    return InvitePage(membership, invites.of_course(session, membership.course), now)


def make(session: Session, user: User, course: str, form: Fields, now: datetime) -> str | None:
    """A new link as the form says: its token; None, with the form's faults filled in, if a field is wrong.
    Raises Missing, Forbidden, Archived."""
    membership = people_membership(session, user, course)
    role = form.choice("role", CourseRole, CourseRole.STUDENT)
    section = form.line("section", "The section", LONGEST_SECTION, least=0)
    uses = form.whole("uses", 1, invites.MOST_USES)
    expires = _end(form, membership.course.zone, now)
    if form.faults:
        return None
    try:
        by = session.get_one(User, user.id)
        return invites.make(session, membership.course, role, section, uses, now, expires, by=by)
    except StoreError as error:
        form.faults["uses" if "uses" in str(error) else "expires"] = f"{error}."
        return None


def _end(form: Fields, zone: str, now: datetime) -> datetime:
    try:
        end = read_instant(form.get("expires"), zone, ends=True)
    except BadDate as error:
        form.faults["expires"] = str(error)
        return now
    if end > now + timedelta(days=366):
        form.faults["expires"] = "A link lasts a year at most."
    return end


def withdraw(session: Session, user: User, course: str, invite_id: int, now: datetime) -> None:
    """End a link. Raises Missing, Forbidden, Archived."""
    _, invite = invite_membership(session, user, course, invite_id)
    invites.withdraw(session, invite, now, by=session.get_one(User, user.id))


@dataclass(frozen=True)
class JoinPage:
    """What somebody sees who opens a link; `enrolment` if they are in the course already."""

    invite: Invite
    enrolment: Enrolment | None


def join_page(session: Session, user: User | None, token: str, now: datetime) -> JoinPage:
    """The course that the link leads into. Raises Missing if nobody can join with it."""
    invite = _invite(session, token, now)
    enrolment = courses.enrolment_of(session, invite.course, user) if user is not None else None
    return JoinPage(invite, enrolment)


def join(session: Session, user: User, token: str, now: datetime) -> Enrolment:
    """Enrol the reader. Raises Missing, StoreError."""
    return invites.join(session, _invite(session, token, now), session.get_one(User, user.id), now)


def count_join(throttle: Throttle, address: str | None) -> None:
    """Count a new account from this IP address. Raises TooOften."""
    wait_s = throttle.hit(JOINS, address or "?")
    if wait_s:
        minutes = -(-wait_s // 60)
        raise TooOften(f"Too many new accounts from this place. Try again in {minutes} min.", wait_s)


def new_account(form: Fields) -> str:
    """The hash of the new account's password; with faults in the form if a field is wrong. It takes long, so
    it is called outside of a transaction."""
    form.email("email")
    form.line("name", "The name")
    return new_password(form)


def new_password(form: Fields) -> str:
    """The hash of the password in the form's two fields, "" if they are refused."""
    password = form.values.get("new_password", "")
    if password != form.values.get("new_password_again", ""):
        form.faults["new_password_again"] = "The two passwords differ."
        return ""
    try:
        return "" if form.faults else passwords.hash_password(password)
    except WeakPassword as error:
        form.faults["new_password"] = f"{str(error)[0].upper()}{str(error)[1:]}."
        return ""


def join_as_new(session: Session, token: str, form: Fields, password_hash: str, now: datetime) -> User | None:
    """Make an account and enrol it; None, with the form's faults filled in, if the address is taken. Raises
    Missing, StoreError."""
    invite = _invite(session, token, now)
    try:
        user = users.create(session, form.get("email"), form.get("name"), password_hash)
    except AlreadyThere:
        form.faults["email"] = "There is an account with this address: log in with it, then join."
        return None
    session.flush()
    invites.join(session, invite, user, now)
    return user


def _invite(session: Session, token: str, now: datetime) -> Invite:
    invite = invites.current(session, token, now)
    if invite is None:
        raise Missing
    return invite
