"""The members of one group, for staff: what a change would mean, and the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import deadlines, group_changes, users
from grader.database.group_changes import Standing
from grader.database.groups import BadGroup
from grader.database.models import Assignment, User
from grader.values.numbers import points, whole_number
from web.access import Membership, staff_assignment
from web.refusals import Missing


@dataclass(frozen=True)
class Asked:
    """A change that was asked for: "add" or "remove", of whom, and in sentences what it means."""

    do: str
    user: User
    means: tuple[str, ...]


@dataclass(frozen=True)
class GroupPage:
    """One group; `asked` is a change to be confirmed, `fault` why one is refused, `email` what was typed."""

    membership: Membership
    assignment: Assignment
    group: Standing
    asked: Asked | None = None
    fault: str = ""
    email: str = ""

    @property
    def is_full(self) -> bool:
        return len(self.group.members) >= self.assignment.group_size


def page(
    session: Session,
    user: User,
    course: str,
    slug: str,
    team_id: int,
    values: Mapping[str, str],
    now: datetime,
    fault: str = "",
) -> GroupPage:
    """The group, with the change that a query asks for. Raises Missing, Forbidden for students."""
    membership, assignment, group = _group(session, user, course, slug, team_id, now)
    email = values.get("email", "").strip()[:320]
    try:
        asked = None if fault else _asked(session, assignment, group, values, email, now)
    except BadGroup as error:
        asked, fault = None, f"{error}."
    return GroupPage(membership, assignment, group, asked, fault, email)


def change(
    session: Session,
    user: User,
    course: str,
    slug: str,
    team_id: int,
    values: Mapping[str, str],
    now: datetime,
) -> str:
    """Do it; the sentence that says so. Raises Missing, Forbidden for students, BadGroup."""
    _, assignment, group = _group(session, user, course, slug, team_id, now)
    by, person = session.get_one(User, user.id), _person(session, values.get("id", ""))
    if values.get("do") == "add":
        group_changes.add(session, assignment, group.team, person, by=by)
        return f"{person.name} is in the group now. You can take {person.name} out again."
    if values.get("do") == "remove":
        group_changes.remove(session, assignment, group.team, person, by=by)
        return f"{person.name} is not in the group any more. You can add {person.name} again."
    raise Missing


def _group(
    session: Session, user: User, course: str, slug: str, team_id: int, now: datetime
) -> tuple[Membership, Assignment, Standing]:
    membership, assignment = staff_assignment(session, user, course, slug, now)
    group = group_changes.by_id(session, assignment, team_id)
    if group is None:
        raise Missing
    return membership, assignment, group


def _person(session: Session, text: str) -> User:
    person = session.get(User, whole_number(text, 1, 2**53) or 0)
    if person is None:
        raise Missing
    return person


def _asked(
    session: Session,
    assignment: Assignment,
    group: Standing,
    values: Mapping[str, str],
    email: str,
    now: datetime,
) -> Asked | None:
    if email:
        person = users.by_email(session, email)
        if person is None:
            raise BadGroup(f"No student of this course has the address {email}")
        left = group_changes.check_add(session, assignment, group.team, person)
        leaves = () if left is None else (f"{person.name} leaves the group of {left.name}.",)
        return Asked("add", person, (*leaves, *_gains(group, person.name)))
    if values.get("take"):
        person = _person(session, values["take"])
        group_changes.check_remove(session, assignment, group.team, person)
        last = deadlines.of_team(session, assignment, None).last_moment
        return Asked("remove", person, _loses(group, person.name, still_open=now <= last))
    return None


def _gains(group: Standing, name: str) -> tuple[str, ...]:
    if not group.attempts:
        return (f"The group has handed in nothing yet; what it hands in counts for {name} too.",)
    return (
        f"{_attempts(group)} of the group and {_points(group)} count for {name} too, as all that follows.",
        f"{name} sees them, with the comments and requests.",
    )


def _loses(group: Standing, name: str, *, still_open: bool) -> tuple[str, ...]:
    if not group.attempts:
        return (f"The group has handed in nothing yet. {name} can hand in alone or join another group.",)
    then = (
        f"{name} has none any more, and can hand in alone."
        if still_open
        else f"{name} has none any more: 0 points on this assignment, since it is closed."
    )
    return (
        f"{_attempts(group)} of the group and {_points(group)} stay with the others; {then}",
        f"{name} can’t open those attempts any more.",
    )


def _attempts(group: Standing) -> str:
    return "The attempt" if group.attempts == 1 else f"The {group.attempts} attempts"


def _points(group: Standing) -> str:
    row = group.summary
    if row is None or row.points is None or row.max_points is None:
        return "what it earns" if group.attempts == 1 else "what they earn"
    return f"the {points(row.points)} of {points(row.max_points)} points"
