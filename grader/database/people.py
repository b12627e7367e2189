"""The people of a course: listed, added, their roles and sections changed, removed and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from grader.database import audit, courses, section_dates, users
from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import Course, CourseRole, Enrolment, User
from grader.database.names import checked_line

LONGEST_SECTION = 40
NO_PASSWORD = ""
"""The hash of a user who has set no password yet: no password matches it."""


@dataclass(frozen=True)
class Wanted:
    """Which people to list; an empty value does not filter. `text` is part of a name or an address."""

    text: str = ""
    role: CourseRole | None = None
    section: str = ""
    left: bool = False
    without_password: bool = False


def listing(
    session: Session, course: Course, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[Enrolment], int]:
    """Enrolments with their users, by name: one page of those that are wanted, and how many there are."""
    rows = _wanted(course, wanted)
    total = session.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    page = rows.order_by(func.lower(User.name), User.id).limit(limit).offset(offset)
    return session.scalars(page.options(contains_eager(Enrolment.user))).all(), total


def _wanted(course: Course, wanted: Wanted) -> Select[Enrolment]:
    left = Enrolment.left_at.is_not(None) if wanted.left else Enrolment.left_at.is_(None)
    query = select(Enrolment).join(User, User.id == Enrolment.user_id)
    query = query.where(Enrolment.course_id == course.id, left)
    if part := wanted.text.strip():
        named = User.name.icontains(part, autoescape=True)
        query = query.where(or_(named, User.email.icontains(part, autoescape=True)))
    if wanted.role is not None:
        query = query.where(Enrolment.role == wanted.role)
    if wanted.section:
        query = query.where(Enrolment.section == wanted.section)
    if wanted.without_password:
        query = query.where(User.password_hash == NO_PASSWORD, User.deactivated_at.is_(None))
    return query


def everybody(session: Session, course: Course) -> Sequence[Enrolment]:
    """All enrolments of people who have not left, with their users, by name."""
    query = _wanted(course, Wanted()).order_by(func.lower(User.name), User.id)
    return session.scalars(query.options(contains_eager(Enrolment.user))).all()


def without_password(
    session: Session, course: Course, *, ours: bool, user_id: int | None = None
) -> Sequence[User]:
    """The people of the course (with `user_id` only that one) who have set no password yet and may log in, by
    name. With `ours` only those who have no rights elsewhere: who gets their link sees nothing but this
    course."""
    rows = _wanted(course, Wanted(without_password=True)).order_by(func.lower(User.name), User.id)
    if user_id is not None:
        rows = rows.where(User.id == user_id)
    if ours:
        other = aliased(Enrolment)
        elsewhere = exists().where(other.user_id == User.id, other.course_id != course.id)
        rows = rows.where(User.operator.is_(False), ~elsewhere)
    return [row.user for row in session.scalars(rows.options(contains_eager(Enrolment.user)))]


@dataclass(frozen=True)
class Counts:
    """How many people a course has: by role, those who left, and those who have set no password yet."""

    by_role: dict[CourseRole, int]
    left: int
    without_password: int
    sections: tuple[str, ...]


def counts(session: Session, course: Course) -> Counts:
    """The numbers of people, and the names of the sections."""
    left = Enrolment.left_at.is_not(None)
    no_password = (User.password_hash == NO_PASSWORD) & User.deactivated_at.is_(None)
    rows = session.execute(
        select(Enrolment.role, Enrolment.section, left, no_password, func.count())
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course.id)
        .group_by(Enrolment.role, Enrolment.section, left, no_password)
    ).all()
    here = [row for row in rows if not row[2]]
    by_role = {role: sum(row[4] for row in here if row[0] is role) for role in CourseRole}
    return Counts(
        by_role=by_role,
        left=sum(row[4] for row in rows if row[2]),
        without_password=sum(row[4] for row in here if row[3]),
        sections=tuple(sorted({row[1] for row in here if row[1]})),
    )


def by_user_id(session: Session, course: Course, user_id: int) -> Enrolment | None:
    """The enrolment of the user with this id, also after they have left; None if there was none."""
    wanted = select(Enrolment).join(User).where(Enrolment.course_id == course.id, User.id == user_id)
    return session.scalar(wanted.options(contains_eager(Enrolment.user)))


def add(
    session: Session, course: Course, email: str, name: str, role: CourseRole, section: str, *, by: User
) -> Enrolment:
    """Enrol the user with this address; without one, a user is made who has no password yet. Raises
    StoreError, AlreadyThere if they are in the course."""
    user = users.by_email(session, email)
    if user is None:
        user = users.create(session, email, checked_line("The name", name), NO_PASSWORD, by=by)
    elif courses.enrolment_of(session, course, user) is not None:
        raise AlreadyThere("In this course", user.email)
    enrolment = courses.enrol(session, course, user, role, by=by)
    enrolment.section = section
    section_dates.count_again(session, course.id, [user.id])
    return enrolment


def change(session: Session, enrolment: Enrolment, role: CourseRole, section: str, *, by: User) -> None:
    """Change role and section. Raises StoreError if nobody would be instructor any more, or for one's own
    role."""
    if role is not enrolment.role:
        _check_may_lose(session, enrolment, by, "change your own role")
    before = {"role": enrolment.role, "section": enrolment.section}
    enrolment.role, enrolment.section = role, section
    changed = {
        name: f"{old} -> {getattr(enrolment, name)}"
        for name, old in before.items()
        if old != getattr(enrolment, name)
    }
    if changed:
        user = enrolment.user_id
        audit.note(
            session, "person.changed", enrolment, by=by, course_id=enrolment.course_id, user=user, **changed
        )
    if "section" in changed:
        section_dates.count_again(session, enrolment.course_id, [enrolment.user_id])


def remove(session: Session, enrolment: Enrolment, now: datetime, *, by: User) -> None:
    """Take the role in the course away; what they handed in stays. No change if they have left. Raises
    StoreError for oneself and for the last instructor."""
    if enrolment.left_at is not None:
        return
    _check_may_lose(session, enrolment, by, "remove yourself")
    enrolment.left_at = now
    audit.note(
        session,
        "person.removed",
        enrolment,
        by=by,
        course_id=enrolment.course_id,
        user=enrolment.user_id,
        before=enrolment.role,
    )
    section_dates.count_again(session, enrolment.course_id, [enrolment.user_id])


def take_back(session: Session, enrolment: Enrolment, *, by: User) -> None:
    """Give somebody who was removed their role and section back; no change if they were not."""
    if enrolment.left_at is None:
        return
    enrolment.left_at = None
    audit.note(
        session,
        "person.taken_back",
        enrolment,
        by=by,
        course_id=enrolment.course_id,
        user=enrolment.user_id,
        after=enrolment.role,
    )
    section_dates.count_again(session, enrolment.course_id, [enrolment.user_id])


def _check_may_lose(session: Session, enrolment: Enrolment, by: User, what: str) -> None:
    """Raises StoreError if the enrolment is that of `by`, or of the last instructor."""
    session.execute(select(Course.id).where(Course.id == enrolment.course_id).with_for_update())
    if enrolment.user_id == by.id:
        raise StoreError(f"You can't {what}; another instructor can")
    if enrolment.role is not CourseRole.INSTRUCTOR or enrolment.left_at is not None:
        return
    others = select(func.count()).where(
        Enrolment.course_id == enrolment.course_id,
        Enrolment.role == CourseRole.INSTRUCTOR,
        Enrolment.left_at.is_(None),
        Enrolment.id != enrolment.id,
    )
    if not session.execute(others).scalar_one():
        raise StoreError("A course needs an instructor, and this is the only one")
