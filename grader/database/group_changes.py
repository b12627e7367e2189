"""Staff change the members of a group, also after it has handed in.

The attempts stay with the group, and with them its points: they count for everybody who is in it now.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database import audit, courses, grade_summary, groups
from grader.database.groups import BadGroup
from grader.database.models import (
    Assignment,
    GradeSummary,
    Submission,
    Team,
    TeamInvite,
    TeamMember,
    User,
)


@dataclass(frozen=True)
class Standing:
    """A group with its members, how many attempts it has made, and its summary (None before the first)."""

    team: Team
    members: tuple[TeamMember, ...]
    attempts: int
    summary: GradeSummary | None


def by_id(session: Session, assignment: Assignment, team_id: int) -> Standing | None:
    """The group of this assignment with this id; None if there is none."""
    team = session.get(Team, team_id)
    if team is None or team.assignment_id != assignment.id:
        return None
    members = tuple(groups.members(session, team))
    summary = session.get(GradeSummary, (assignment.id, team.id))
    return Standing(team, members, _attempts(session, assignment, team), summary)


def check_add(session: Session, assignment: Assignment, team: Team, user: User) -> Team | None:
    """The group that the student would leave, None if they are in none. Raises BadGroup if they can't be
    added."""
    groups.must_be_student(session, assignment, user)
    if courses.is_member(session, team.id, user):
        raise BadGroup(f"{user.name} is in this group already")
    if len(groups.members(session, team)) >= assignment.group_size:
        raise BadGroup(
            f"The group has {assignment.group_size} members, the most that this assignment allows;"
            " its settings can change that"
        )
    now = courses.teams_of(session, assignment.course, user).on(assignment)
    made = 0 if now is None else _attempts(session, assignment, now)
    if made:
        where = "alone" if now is None or now.assignment_id is None else "in another group"
        raise BadGroup(
            f"{user.name} has made {made} attempts {where}, and attempts can't be moved into a group"
            if made > 1
            else f"{user.name} has made an attempt {where}, and attempts can't be moved into a group"
        )
    return now if now is not None and now.assignment_id == assignment.id else None


def add(session: Session, assignment: Assignment, team: Team, user: User, *, by: User) -> None:
    """Put a student into the group, out of another one that has not handed in. Raises BadGroup."""
    groups.lock(session, team)
    left = check_add(session, assignment, team, user)
    before = _names(session, team)
    if left is not None:
        groups.remove(session, left, user)
        _note(session, left, "group.member_removed", user, by, before=None)
    invitation = session.get(TeamInvite, (team.id, user.id))
    if invitation is not None:
        session.delete(invitation)
    session.add(TeamMember(team_id=team.id, user_id=user.id))
    groups.rename(session, team)
    _note(session, team, "group.member_added", user, by, before=before)
    _count_again(session, assignment, team, left)


def check_remove(session: Session, assignment: Assignment, team: Team, user: User) -> None:
    """Raises BadGroup if the student can't be taken out."""
    members = groups.members(session, team)
    if user.id not in {member.user_id for member in members}:
        raise BadGroup(f"{user.name} is not in this group any more")
    if len(members) == 1 and _attempts(session, assignment, team):
        raise BadGroup(f"{user.name} is the last member, and the group's attempts need one")


def remove(session: Session, assignment: Assignment, team: Team, user: User, *, by: User) -> None:
    """Take a student out of the group; its attempts stay with the others. Raises BadGroup."""
    groups.lock(session, team)
    check_remove(session, assignment, team, user)
    before = _names(session, team)
    groups.remove(session, team, user)
    _note(session, team, "group.member_removed", user, by, before=before)
    _count_again(session, assignment, team)


def _attempts(session: Session, assignment: Assignment, team: Team) -> int:
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    return session.execute(select(func.count()).select_from(Submission).where(*own)).scalar_one()


def _names(session: Session, team: Team) -> list[str]:
    return [member.user.name for member in groups.members(session, team)]


def _note(
    session: Session, team: Team, action: str, user: User, by: User, *, before: list[str] | None
) -> None:
    names = {} if before is None else {"before": before, "after": _names(session, team)}
    about = {"user": user.id, "assignment": team.assignment_id}
    audit.note(session, action, team, by=by, course_id=team.course_id, **about, **names)


def _count_again(session: Session, assignment: Assignment, *teams: Team | None) -> None:
    """The extensions of a member are the group's, so its late days may be other ones now."""
    session.flush()
    grade_summary.refresh_all(session, assignment, [team.id for team in teams if team is not None])
