"""Students of a course, and their groups, found by a part of a name or of an e-mail address."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from grader.database.models import Course, CourseRole, Enrolment, Team, TeamMember, User


def students(
    session: Session, course: Course, text: str, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[tuple[User, str]], int]:
    """The students who are in the course and match `text` (all if it is ""), with their sections, by name;
    and how many match."""
    query = (
        select(User, Enrolment.section)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
            *_matches(text),
        )
    )
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = session.execute(query.order_by(User.name, User.id).limit(limit).offset(offset))
    return [(user, section) for user, section in rows], total


def groups(session: Session, course: Course, text: str, limit: int = 20) -> Sequence[Team]:
    """The groups (teams that are not of one person by default) with a member who matches, or that name."""
    members = select(TeamMember.team_id).join(User, User.id == TeamMember.user_id).where(*_matches(text))
    named = Team.name.icontains(text.strip(), autoescape=True)
    own = (Team.course_id == course.id, Team.solo_user_id.is_(None))
    query = select(Team).where(*own, or_(named, Team.id.in_(members)))
    return session.scalars(query.order_by(Team.name, Team.id).limit(limit)).all()


def sections(session: Session, course: Course) -> Sequence[str]:
    """The sections that the students of the course are in, by name."""
    own = (Enrolment.course_id == course.id, Enrolment.left_at.is_(None), Enrolment.section != "")
    query = select(Enrolment.section).where(*own).distinct()
    return session.scalars(query.order_by(Enrolment.section)).all()


def student(session: Session, course: Course, user_id: int) -> User | None:
    """The student of the course with that id; None if there is none."""
    return session.scalar(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.id == user_id,
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
    )


def _matches(text: str) -> list[ColumnElement[bool]]:
    part = text.strip()
    if not part:
        return []
    return [or_(User.name.icontains(part, autoescape=True), User.email.icontains(part, autoescape=True))]
