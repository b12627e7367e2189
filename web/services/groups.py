"""The group of a student on an assignment, and the groups of a class for its staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from grader.database import groups, users
from grader.database.models import Assignment, TeamMember, User
from grader.values.numbers import whole_number
from web.access import Membership, assignment_membership
from web.refusals import Forbidden, Missing
from web.services.people import A_PAGE, Pages


@dataclass(frozen=True)
class ClassGroups:
    """One page of the groups of an assignment, for staff."""

    membership: Membership
    assignment: Assignment
    groups: tuple[tuple[TeamMember, ...], ...]
    pages: Pages

    def query(self, number: int) -> str:
        """The query of a page of the list."""
        return f"?page={number}" if number > 1 else "?"


def of_reader(session: Session, membership: Membership, assignment: Assignment) -> groups.Group | None:
    """The reader's group; None where everybody hands in alone, and for staff."""
    if membership.is_staff:
        return None
    own = groups.of_user(session, assignment, membership.user)
    return own if assignment.group_size > 1 or own.team is not None else None


def page(session: Session, user: User, course: str, slug: str, number: int, now: datetime) -> ClassGroups:
    """A page of the groups with what their members contributed. Raises Missing, Forbidden for students."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_staff()
    offset = (number - 1) * A_PAGE
    rows, total = groups.of_assignment(session, assignment, limit=A_PAGE, offset=offset)
    return ClassGroups(membership, assignment, _by_team(rows), Pages(number, total))


def _by_team(members: Sequence[TeamMember]) -> tuple[tuple[TeamMember, ...], ...]:
    return tuple(tuple(rows) for _, rows in groupby(members, key=lambda row: row.team_id))


def change(
    session: Session, user: User, course: str, slug: str, form: Mapping[str, str], now: datetime
) -> str:
    """Do what the form's button says; returns the sentence that says so. Raises Missing, Forbidden for staff,
    BadGroup."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    if membership.is_staff:
        raise Forbidden
    by = session.get_one(User, user.id)
    what, number = form.get("do", ""), whole_number(form.get("id", ""), 1, 2**53) or 0
    if what == "invite":
        return _invite(session, assignment, form.get("email", ""), by)
    if what == "accept":
        groups.accept(session, assignment, number, by=by)
        return "You are in the group: what one of you hands in counts for all."
    if what == "decline":
        groups.decline(session, assignment, number, by=by)
        return "You declined the invitation."
    if what == "withdraw":
        groups.withdraw(session, assignment, number, by=by)
        return "The invitation is withdrawn."
    if what == "leave":
        groups.leave(session, assignment, by=by)
        return "You left the group."
    if what == "state":
        groups.state(session, assignment, form.get("contribution", "").strip(), by=by)
        return "Your statement is stored; your group and the staff can read it."
    raise Missing


def _invite(session: Session, assignment: Assignment, email: str, by: User) -> str:
    found = users.by_email(session, email[:320])
    if found is None:
        raise groups.BadGroup("No student of this course has this address")
    groups.invite(session, assignment, found, by=by)
    return f"{found.name} is invited, and sees it on the page of this assignment."
