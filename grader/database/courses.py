"""Courses, enrolments and teams."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from grader.database import audit
from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import Course, CourseRole, Enrolment, Team, TeamMember, User


def by_slug(session: Session, slug: str) -> Course | None:
    """The course of that slug."""
    return session.scalar(select(Course).where(Course.slug == slug))


def create(
    session: Session, slug: str, title: str, *, term: str = "", zone: str = "UTC", by: User | None = None
) -> Course:
    """A new course; `zone` is an IANA name. AlreadyThere or StoreError if a value can't be."""
    if by_slug(session, slug) is not None:
        raise AlreadyThere("The course", slug)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise StoreError(f"{zone!r} is not the IANA name of a time zone, such as Europe/Zurich") from error
    course = Course(slug=slug, title=title, term=term, zone=zone)
    session.add(course)
    session.flush()
    audit.note(session, "course.created", course, by=by, course_id=course.id, slug=slug)
    return course


def enrol(
    session: Session,
    course: Course,
    user: User,
    role: CourseRole,
    *,
    section: str = "",
    by: User | None = None,
) -> Enrolment:
    """Give `user` that role in the course, or change it; gives everyone a team of one."""
    enrolment = enrolment_of(session, course, user)
    roles = {"before": None if enrolment is None else enrolment.role, "after": role}
    if enrolment is None:
        enrolment = Enrolment(course_id=course.id, user_id=user.id, role=role, section=section)
        session.add(enrolment)
    enrolment.role, enrolment.section = role, section or enrolment.section
    audit.note(
        session,
        "course.enrolled",
        enrolment,
        by=by,
        course_id=course.id,
        user=user.id,
        **roles,
    )
    get_or_make_team(session, course, user)
    return enrolment


def enrolment_of(session: Session, course: Course, user: User) -> Enrolment | None:
    """What `user` is in the course, None if not in it."""
    return session.scalar(
        select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.user_id == user.id)
    )


def of_user(session: Session, user: User) -> Sequence[Enrolment]:
    """The user's enrolments with their courses, by title."""
    return session.scalars(
        select(Enrolment)
        .join(Course)
        .where(Enrolment.user_id == user.id)
        .order_by(Course.title, Course.id)
        .options(joinedload(Enrolment.course))
    ).all()


def team_of(session: Session, course: Course, user: User) -> Team | None:
    """The user's team in the course: the one with others if there is one, else the team of one; None
    for a user who has none yet."""
    return session.scalar(
        select(Team)
        .join(TeamMember)
        .where(Team.course_id == course.id, TeamMember.user_id == user.id)
        .order_by(Team.solo_user_id.is_not(None), Team.id)
        .limit(1)
    )


def get_or_make_team(session: Session, course: Course, user: User) -> Team:
    """The user's team in the course; a team of one is made for who has none. For writing sessions."""
    team = team_of(session, course, user)
    if team is not None:
        return team
    try:
        with session.begin_nested():
            team = Team(course_id=course.id, name=user.name, solo_user_id=user.id)
            session.add(team)
            session.flush()
            session.add(TeamMember(team_id=team.id, user_id=user.id))
    except IntegrityError:  # another request was first
        team = team_of(session, course, user)
        if team is None:
            raise
    return team


def is_member(session: Session, team_id: int, user: User) -> bool:
    """Whether the user is in that team."""
    return session.get(TeamMember, (team_id, user.id)) is not None


def members(session: Session, team: Team) -> Sequence[User]:
    """Who is in the team, by name."""
    wanted = select(User).join(TeamMember, TeamMember.user_id == User.id).where(TeamMember.team_id == team.id)
    return session.scalars(wanted.order_by(User.name, User.id)).all()
