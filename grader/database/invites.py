"""Links with which people join a course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, courses
from grader.database.errors import StoreError
from grader.database.models import Course, CourseRole, Enrolment, Invite, User
from grader.database.tokens import new_token, token_hash

MOST_USES = 5_000
MOST_STAFF_USES = 20


def make(
    session: Session,
    course: Course,
    role: CourseRole,
    section: str,
    uses: int | None,
    now: datetime,
    expires_at: datetime,
    *,
    by: User,
) -> str:
    """A new link: its token. `uses` None is any number, which only students' links may have. Raises
    StoreError."""
    if expires_at <= now:
        raise StoreError("The link would have expired already")
    if role.is_staff and (uses is None or uses > MOST_STAFF_USES):
        raise StoreError(f"A link for staff needs a number of uses, at most {MOST_STAFF_USES}")
    token = new_token()
    invite = Invite(
        token_hash=token_hash(token),
        course_id=course.id,
        role=role,
        section=section,
        uses_left=uses,
        by_id=by.id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(invite)
    session.flush()
    what = {"role": role, "section": section, "uses": uses, "until": expires_at}
    audit.note(session, "invite.made", invite, by=by, course_id=course.id, **what)
    return token


def of_course(session: Session, course: Course, *, limit: int = 50) -> Sequence[Invite]:
    """The course's links, newest first."""
    query = select(Invite).where(Invite.course_id == course.id).options(joinedload(Invite.by))
    return session.scalars(query.order_by(Invite.id.desc()).limit(limit)).all()


def by_id(session: Session, course: Course, invite_id: int) -> Invite | None:
    """The link of the course with this id, None if there is none."""
    return session.scalar(select(Invite).where(Invite.course_id == course.id, Invite.id == invite_id))


def withdraw(session: Session, invite: Invite, now: datetime, *, by: User) -> None:
    """End a link; no change if it was withdrawn before."""
    if invite.withdrawn_at is None:
        invite.withdrawn_at = now
        audit.note(session, "invite.withdrawn", invite, by=by, course_id=invite.course_id)


def current(session: Session, token: str, now: datetime) -> Invite | None:
    """The link of this token with its course, None if nobody can join with it."""
    return session.scalar(
        select(Invite)
        .join(Course, Course.id == Invite.course_id)
        .where(Invite.token_hash == token_hash(token), *_usable(now), Course.archived_at.is_(None))
        .options(joinedload(Invite.course))
    )


def _usable(now: datetime) -> tuple[Any, ...]:
    return (
        Invite.withdrawn_at.is_(None),
        Invite.expires_at > now,
        or_(Invite.uses_left.is_(None), Invite.uses_left > 0),
    )


def join(session: Session, invite: Invite, user: User, now: datetime) -> Enrolment:
    """Enrol the user as the link says and use it up once; somebody who is in the course stays as they are.
    Raises StoreError if the link was used up meanwhile, or if the user was removed from the course."""
    had = courses.any_enrolment_of(session, invite.course, user)
    if had is not None and had.left_at is not None:
        raise StoreError("You were removed from this course; only its instructors can take you back")
    if had is not None:
        return had
    used = update(Invite).where(Invite.id == invite.id, *_usable(now))
    values = {"uses": Invite.uses + 1, "uses_left": Invite.uses_left - 1}
    if cast("CursorResult[Any]", session.execute(used.values(values))).rowcount != 1:
        raise StoreError("This link can't be used any more; ask for a new one")
    enrolment = courses.enrol(session, invite.course, user, invite.role, section=invite.section, by=user)
    audit.note(session, "invite.used", invite, by=user, course_id=invite.course_id, user=user.id)
    return enrolment
