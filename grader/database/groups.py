"""Groups: students who hand in together to one assignment.

A student invites another one, who accepts or declines. Members come and go until the group's first
submission; from then on only staff change it (`group_changes`), since each submission counts for all of its
members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, courses
from grader.database.errors import StoreError
from grader.database.models import (
    Assignment,
    CourseRole,
    Enrolment,
    Submission,
    Team,
    TeamInvite,
    TeamMember,
    User,
)

LONGEST_STATEMENT = 2000


class BadGroup(StoreError):
    """A change that the rules of groups refuse."""

    code = "bad_group"


@dataclass(frozen=True)
class Group:
    """A user's group for one assignment (None: alone so far): its members with what they say that they
    contributed, the invitations that are open, and the invitations of the user into other groups. `fixed`:
    it has handed in."""

    team: Team | None
    members: tuple[TeamMember, ...] = ()
    invited: tuple[TeamInvite, ...] = ()
    invitations: tuple[TeamInvite, ...] = ()
    fixed: bool = False


def of_user(session: Session, assignment: Assignment, user: User) -> Group:
    """The group of a user on an assignment."""
    team = _team(session, assignment, user)
    offered = (
        select(TeamInvite)
        .join(Team, Team.id == TeamInvite.team_id)
        .where(Team.assignment_id == assignment.id, TeamInvite.user_id == user.id)
        .options(joinedload(TeamInvite.by))
    )
    invitations = tuple(session.scalars(offered.order_by(TeamInvite.created_at)).all())
    if team is None:
        alone = courses.teams_of(session, assignment.course, user).of_course
        fixed = alone is not None and _has_handed_in(session, assignment, alone)
        return Group(None, invitations=invitations, fixed=fixed)
    return Group(
        team,
        tuple(members(session, team)),
        tuple(_invited(session, team)),
        invitations,
        _has_handed_in(session, assignment, team),
    )


def members(session: Session, team: Team) -> Sequence[TeamMember]:
    """The members of a team with their users, by name."""
    query = select(TeamMember).join(User, User.id == TeamMember.user_id).where(TeamMember.team_id == team.id)
    return session.scalars(query.order_by(User.name, User.id).options(joinedload(TeamMember.user))).all()


def of_assignment(
    session: Session, assignment: Assignment, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[TeamMember], int]:
    """The members of one page of the groups of an assignment, group by group, and how many groups with
    members there are."""
    filled = select(Team.id).where(
        Team.assignment_id == assignment.id, exists().where(TeamMember.team_id == Team.id)
    )
    total = session.execute(select(func.count()).select_from(filled.subquery())).scalar_one()
    shown = session.scalars(filled.order_by(Team.id).limit(limit).offset(offset)).all()
    rows = session.scalars(
        select(TeamMember)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id.in_(shown))
        .order_by(TeamMember.team_id, User.name)
        .options(joinedload(TeamMember.user))
    ).all()
    return rows, total


def invite(session: Session, assignment: Assignment, user: User, *, by: User) -> None:
    """Invite a student of the course into the group of `by`, which is made if there is none. Raises
    BadGroup."""
    _must_be_allowed(assignment)
    must_be_student(session, assignment, user)
    if user.id == by.id:
        raise BadGroup("This is your own address; invite somebody else")
    _must_be_free(session, assignment, by, "You have")
    team = _team(session, assignment, by) or _form(session, assignment, by)
    lock(session, team)
    session.flush()
    if courses.is_member(session, team.id, user):
        raise BadGroup(f"{user.name} is in your group already")
    if session.get(TeamInvite, (team.id, user.id)) is not None:
        raise BadGroup(f"{user.name} is invited already")
    taken = len(members(session, team)) + len(_invited(session, team))
    if taken >= assignment.group_size:
        raise BadGroup(f"A group has at most {assignment.group_size} members, the invited ones included")
    session.add(TeamInvite(team_id=team.id, user_id=user.id, by_id=by.id))
    _note(session, team, "group.invited", by, user=user.id)


def accept(session: Session, assignment: Assignment, team_id: int, *, by: User) -> None:
    """Join the group that has invited `by`, and leave one in which they were. Raises BadGroup."""
    _must_be_allowed(assignment)
    found = _invitation(session, assignment, team_id, by)
    lock(session, found.team)
    _must_be_free(session, assignment, by, "You have")
    if _has_handed_in(session, assignment, found.team):
        raise BadGroup("This group has handed in since, so nobody can join it any more")
    before = _team(session, assignment, by)
    if before is not None:
        remove(session, before, by)
    session.delete(found)
    session.add(TeamMember(team_id=team_id, user_id=by.id))
    rename(session, found.team)
    _note(session, found.team, "group.joined", by, user=by.id)


def decline(session: Session, assignment: Assignment, team_id: int, *, by: User) -> None:
    """Refuse an invitation. Raises BadGroup if there is none."""
    found = _invitation(session, assignment, team_id, by)
    _note(session, found.team, "group.declined", by, user=by.id)
    session.delete(found)


def withdraw(session: Session, assignment: Assignment, user_id: int, *, by: User) -> None:
    """Take back an invitation of the group of `by`. Raises BadGroup if there is none."""
    session.flush()
    team = _team(session, assignment, by)
    found = None if team is None else session.get(TeamInvite, (team.id, user_id))
    if team is None or found is None:
        raise BadGroup("This invitation was accepted, declined or withdrawn meanwhile")
    _note(session, team, "group.invitation_withdrawn", by, user=user_id)
    session.delete(found)


def leave(session: Session, assignment: Assignment, *, by: User) -> None:
    """Leave the group; it ends with its last member. Raises BadGroup once it has handed in."""
    team = _team(session, assignment, by)
    if team is None:
        raise BadGroup("You are in no group for this assignment")
    lock(session, team)
    if _has_handed_in(session, assignment, team):
        raise BadGroup("Your group has handed in, so its members stay as they are; staff can help")
    remove(session, team, by)
    _note(session, team, "group.left", by, user=by.id)


def state(session: Session, assignment: Assignment, text: str, *, by: User) -> None:
    """Store what `by` contributed to the group's work. Raises BadGroup."""
    team = _team(session, assignment, by)
    if team is None:
        raise BadGroup("You are in no group for this assignment")
    if len(text) > LONGEST_STATEMENT:
        most = f"at most {LONGEST_STATEMENT} are stored"
        raise BadGroup(f"The statement has {len(text)} characters; {most}")
    member = session.get_one(TeamMember, (team.id, by.id))
    before, member.contribution = member.contribution, text
    if before != text:
        _note(session, team, "group.contribution", by, before=before, after=text)


def _team(session: Session, assignment: Assignment, user: User) -> Team | None:
    return courses.teams_of(session, assignment.course, user).groups.get(assignment.id)


def _form(session: Session, assignment: Assignment, user: User) -> Team:
    team = Team(course_id=assignment.course_id, name=user.name, assignment_id=assignment.id)
    session.add(team)
    session.flush()
    session.add(TeamMember(team_id=team.id, user_id=user.id))
    session.flush()
    _note(session, team, "group.formed", user, user=user.id)
    return team


def remove(session: Session, team: Team, user: User) -> None:
    """Take a member out; without members the group has no invitations either."""
    session.delete(session.get_one(TeamMember, (team.id, user.id)))
    session.flush()
    if not members(session, team):
        session.execute(delete(TeamInvite).where(TeamInvite.team_id == team.id))
    rename(session, team)


def rename(session: Session, team: Team) -> None:
    """Name the team by its members."""
    session.flush()
    team.name = ", ".join(member.user.name for member in members(session, team)) or team.name


def _invited(session: Session, team: Team) -> Sequence[TeamInvite]:
    query = select(TeamInvite).where(TeamInvite.team_id == team.id).options(joinedload(TeamInvite.user))
    return session.scalars(query.order_by(TeamInvite.created_at)).all()


def _invitation(session: Session, assignment: Assignment, team_id: int, user: User) -> TeamInvite:
    session.flush()
    found = session.get(TeamInvite, (team_id, user.id))
    if found is None or found.team.assignment_id != assignment.id:
        raise BadGroup("This invitation was withdrawn or answered meanwhile")
    return found


def _has_handed_in(session: Session, assignment: Assignment, team: Team) -> bool:
    own = exists().where(Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    return session.execute(select(own)).scalar_one()


def _must_be_allowed(assignment: Assignment) -> None:
    if assignment.group_size < 2:
        raise BadGroup("Everybody hands in alone to this assignment")


def must_be_student(session: Session, assignment: Assignment, user: User) -> None:
    """Raises BadGroup unless the user is a student of the course."""
    enrolment: Enrolment | None = courses.enrolment_of(session, assignment.course, user)
    if enrolment is None or enrolment.role is not CourseRole.STUDENT:
        raise BadGroup("No student of this course has this address")


def _must_be_free(session: Session, assignment: Assignment, user: User, who: str) -> None:
    """Refuse somebody whose team, of one or a group, has handed in: the attempts can't be moved."""
    team = courses.teams_of(session, assignment.course, user).on(assignment)
    if team is not None and _has_handed_in(session, assignment, team):
        raise BadGroup(f"{who} handed in already, so the group can't change any more; staff can help")


def lock(session: Session, team: Team) -> None:
    """Let nobody else change the team until the end of the transaction."""
    session.execute(select(Team.id).where(Team.id == team.id).with_for_update())


def _note(session: Session, team: Team, action: str, by: User, **detail: object) -> None:
    audit.note(
        session, action, team, by=by, course_id=team.course_id, assignment=team.assignment_id, **detail
    )
