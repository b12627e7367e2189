"""The first steps of an empty installation: a user, a course, an assignment."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import courses, packs, set_up
from grader.database.errors import StoreError
from grader.database.models import Course, CourseRole, PackVersion, User
from web.access import must_be_operator
from web.refusals import Missing, TooOften
from web.services.fields import Fields
from web.services.invites import new_account
from web.throttle import Rule, Throttle

TRIES = Rule("set-up", limit=30, window_s=900)
"""Tries to make the first user from one IP address."""


@dataclass(frozen=True)
class Steps:
    """How far the installation is: whether it has a user, the reader's own course, and whether there is an
    assignment anywhere; `shipped` are the packs that one can be made of."""

    has_user: bool
    course: Course | None = None
    has_assignment: bool = False
    shipped: Sequence[PackVersion] = ()

    @property
    def at(self) -> int:
        """The step that comes next: 1, 2 or 3; 4 if all are done."""
        if not self.has_user:
            return 1
        return 4 if self.has_assignment else 3 if self.course else 2


def steps(session: Session, user: User | None) -> Steps:
    """How far the installation is. Raises Missing once it has a user, for all but operators."""
    if set_up.is_empty(session):
        return Steps(False)
    if user is None:
        raise Missing
    must_be_operator(user)
    _, has_assignment = set_up.progress(session)
    taught = [row.course for row in courses.of_user(session, user) if row.role is CourseRole.INSTRUCTOR]
    course = taught[0] if taught else None
    shipped = (
        [row for row in packs.assignable(session, course) if row.pack.course_id is None] if course else []
    )
    return Steps(True, course, has_assignment, shipped)


def check(form: Fields, token: str, throttle: Throttle, address: str | None) -> str:
    """The hash of the first user's password; "", with the form's faults filled in, if a field or the set-up
    token is wrong. Raises TooOften."""
    wait_s = throttle.hit(TRIES, address or "?")
    if wait_s:
        raise TooOften(f"Too many tries. Try again in {-(-wait_s // 60)} min.", wait_s)
    if not hmac.compare_digest(form.get("token").encode(), token.encode()):
        form.faults["token"] = "This is not the set-up token of this installation."
    return new_account(form)


def create_first(session: Session, form: Fields, password_hash: str) -> User:
    """The first user, an operator. Raises Missing if there is a user already."""
    try:
        return set_up.create_first(session, form.get("email"), form.get("name"), password_hash)
    except StoreError:
        raise Missing from None


def is_empty(session: Session) -> bool:
    """Whether the installation has no user yet."""
    return set_up.is_empty(session)


def course_is_next(session: Session, user: User) -> bool:
    """Whether this reader should go on with the first steps: an operator, and no assignment anywhere."""
    return user.operator and not set_up.progress(session)[1]
