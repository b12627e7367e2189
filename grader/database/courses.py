"""Courses, enrolments and teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from grader.database import audit
from grader.database.errors import AlreadyThere, StoreError
from grader.database.models import Assignment, Course, CourseRole, Enrolment, Team, TeamMember, User
from grader.database.names import checked_slug


def by_slug(session: Session, slug: str) -> Course | None:
    """The course with this slug, None if there is none."""
    return session.scalar(select(Course).where(Course.slug == slug))


def create(
    session: Session, slug: str, title: str, *, term: str = "", zone: str = "UTC", by: User | None = None
) -> Course:
    """A new course; `zone` is an IANA name. Raises AlreadyThere, StoreError."""
    checked_slug(slug)
    if by_slug(session, slug) is not None:
        raise AlreadyThere("The course", slug)
    checked_zone(zone)
    course = Course(slug=slug, title=title, term=term, zone=zone)
    session.add(course)
    session.flush()
    audit.note(session, "course.created", course, by=by, course_id=course.id, slug=slug)
    return course


def checked_zone(zone: str) -> str:
    """The same zone. Raises StoreError if it is not the IANA name of a time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise StoreError(f"{zone!r} is not the IANA name of a time zone, such as Europe/Zurich") from error
    return zone


def enrol(
    session: Session,
    course: Course,
    user: User,
    role: CourseRole,
    *,
    section: str = "",
    by: User | None = None,
) -> Enrolment:
    """Give `user` this role in the course, or change the role; a new user also gets a team of one, and one
    who had left is back."""
    enrolment = any_enrolment_of(session, course, user)
    had = enrolment is not None and enrolment.left_at is None
    roles = {"before": enrolment.role if enrolment is not None and had else None, "after": role}
    if enrolment is None:
        enrolment = Enrolment(course_id=course.id, user_id=user.id, role=role, section=section)
        session.add(enrolment)
    enrolment.role, enrolment.section, enrolment.left_at = role, section or enrolment.section, None
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
    """The enrolment of `user` in the course, None if there is none or if they have left."""
    enrolment = any_enrolment_of(session, course, user)
    return None if enrolment is None or enrolment.left_at is not None else enrolment


def any_enrolment_of(session: Session, course: Course, user: User) -> Enrolment | None:
    """The enrolment of `user` in the course, also after they have left; None if there was none."""
    return session.scalar(
        select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.user_id == user.id)
    )


def of_user(session: Session, user: User) -> Sequence[Enrolment]:
    """The user's enrolments with their courses, those of archived courses last, then by title; without the
    courses that they have left."""
    return session.scalars(
        select(Enrolment)
        .join(Course)
        .where(Enrolment.user_id == user.id, Enrolment.left_at.is_(None))
        .order_by(Course.archived_at.is_not(None), Course.title, Course.id)
        .options(joinedload(Enrolment.course))
    ).all()


@dataclass(frozen=True)
class OwnTeams:
    """The teams of one user in a course: for an assignment a group that was formed for it, else that of the
    course. None if the user has no team yet."""

    of_course: Team | None
    groups: Mapping[int, Team]

    def on(self, assignment: Assignment) -> Team | None:
        """The team with which the user hands in to this assignment."""
        return self.groups.get(assignment.id, self.of_course)

    @property
    def ids(self) -> frozenset[int]:
        """The ids of all of them."""
        teams = (*self.groups.values(), *([self.of_course] if self.of_course else []))
        return frozenset(team.id for team in teams)


def teams_of(session: Session, course: Course, user: User) -> OwnTeams:
    """The user's teams in the course. Of those of the course, one with several members goes before the team
    of one."""
    teams = session.scalars(
        select(Team)
        .join(TeamMember)
        .where(Team.course_id == course.id, TeamMember.user_id == user.id)
        .order_by(Team.solo_user_id.is_not(None), Team.id)
    ).all()
    return OwnTeams(
        next((team for team in teams if team.assignment_id is None), None),
        {team.assignment_id: team for team in teams if team.assignment_id is not None},
    )


def team_of(session: Session, course: Course, user: User) -> Team | None:
    """The user's team in the course, if not for single assignments; None if there is none yet."""
    return teams_of(session, course, user).of_course


def team_on(session: Session, assignment: Assignment, user: User) -> Team | None:
    """The team with which the user hands in to the assignment; None if there is none yet."""
    return teams_of(session, assignment.course, user).on(assignment)


def get_or_make_team(
    session: Session, course: Course, user: User, assignment: Assignment | None = None
) -> Team:
    """The user's team in the course, or on the assignment; makes a team of one if there is none. Needs a
    writing session."""
    own = teams_of(session, course, user)
    team = own.of_course if assignment is None else own.on(assignment)
    if team is not None:
        return team
    try:
        with session.begin_nested():
            team = Team(course_id=course.id, name=user.name, solo_user_id=user.id)
            session.add(team)
            session.flush()
            session.add(TeamMember(team_id=team.id, user_id=user.id))
    except IntegrityError:  # another request has made it meanwhile
        team = teams_of(session, course, user).of_course
        if team is None:
            raise
    return team


def is_member(session: Session, team_id: int, user: User) -> bool:
    """Whether the user is in that team."""
    return session.get(TeamMember, (team_id, user.id)) is not None


def members(session: Session, team: Team) -> Sequence[User]:
    """The members of the team, by name."""
    wanted = select(User).join(TeamMember, TeamMember.user_id == User.id).where(TeamMember.team_id == team.id)
    return session.scalars(wanted.order_by(User.name, User.id)).all()


def names_of_teams(session: Session, team_ids: Collection[int]) -> dict[int, str]:
    """The names of the members of each of these teams, joined by commas; one query."""
    rows = session.execute(
        select(TeamMember.team_id, User.name)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id.in_(team_ids))
        .order_by(User.name, User.id)
    )
    names: defaultdict[int, list[str]] = defaultdict(list)
    for team_id, name in rows:
        names[team_id].append(name)
    return {team_id: ", ".join(members) for team_id, members in names.items()}
