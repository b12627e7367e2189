"""Links for a first password: for people of a course who have never logged in, from its instructors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import mail, password_links, people
from grader.database.models import Course, MailKind, User
from grader.database.password_links import FIRST
from web.access import people_membership, person_membership
from web.refusals import Missing
from web.words import date_words

PATH = "/password/"


def of_person(session: Session, user: User, course: str, user_id: int, now: datetime) -> str:
    """A link for one person: its token. Raises Missing for somebody who has a password, has left or has
    rights elsewhere, Forbidden, Archived."""
    membership, enrolment = person_membership(session, user, course, user_id)
    person = enrolment.user
    if person not in people.without_password(session, membership.course, ours=True):
        raise Missing
    return password_links.make(session, person, now, FIRST, by=session.get_one(User, user.id))


def of_all(session: Session, user: User, course: str, now: datetime) -> list[tuple[User, str]]:
    """A link for each person of the course who has no password and no rights elsewhere: (user, token).
    Raises Missing, Forbidden, Archived."""
    membership = people_membership(session, user, course)
    by = session.get_one(User, user.id)
    new = list(people.without_password(session, membership.course, ours=True))
    return list(zip(new, password_links.make_all(session, new, now, FIRST, by=by), strict=True))


def invite_all(session: Session, user: User, course: str, now: datetime, *, sends: bool) -> int:
    """Queue a message with a link for each person of the course who has no password, at most one a day for
    each: how many; none unless the installation `sends` e-mail. Raises Missing, Forbidden, Archived."""
    membership = people_membership(session, user, course)
    if not sends:
        return 0
    by = session.get_one(User, user.id)
    new = list(people.without_password(session, membership.course, ours=False))
    tokens = password_links.make_all(session, new, now, FIRST, by=by)
    bodies = [
        (person, _body(membership.course, token, now)) for person, token in zip(new, tokens, strict=True)
    ]
    about = f"course:{membership.course.id}:{now:%Y-%m-%d}"
    return mail.queue_each(session, bodies, MailKind.INVITED, about, "Your account for a course")


def _body(course: Course, token: str, now: datetime) -> str:
    return (
        f"You have been added to a course: {course.title}.\n\n"
        f"Choose your password here:\n{mail.link(PATH + token)}\n\n"
        f"The link can be used once, until {date_words(now + FIRST, course.zone)} ({course.zone})."
    )
