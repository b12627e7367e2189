"""A list of people compared with those of a course, and the course made equal to it in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from grader.database import audit, people, section_dates
from grader.database.models import Base, Course, CourseRole, Enrolment, Team, TeamMember, User
from grader.database.people import NO_PASSWORD


@dataclass(frozen=True)
class Row:
    """A person of the list; `section` or `role` None if the list does not have it."""

    line: int
    email: str
    name: str
    section: str | None = None
    role: CourseRole | None = None


@dataclass(frozen=True)
class Entry:
    """What happens to one person: what they will be, and in words what changes (empty for a new one)."""

    email: str
    name: str
    role: CourseRole
    section: str
    changes: tuple[str, ...] = ()
    user_id: int | None = None
    enrolment_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """The people to add, to change and to remove, how many stay as they are, and why the list is refused."""

    adds: tuple[Entry, ...]
    changes: tuple[Entry, ...]
    removals: tuple[Entry, ...]
    same: int
    faults: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A text that differs if anything in the plan differs."""
        return hashlib.sha256(repr((self.adds, self.changes, self.removals)).encode()).hexdigest()[:32]


def plan(session: Session, course: Course, rows: Sequence[Row], *, by: User) -> Plan:
    """What makes the course equal to the list. `by` is never removed, nor their role changed. If the list has
    no roles, new people are students, and only students are removed."""
    emails = [row.email for row in rows]
    known = {user.email: user for user in session.scalars(select(User).where(User.email.in_(emails)))}
    enrolments = session.scalars(select(Enrolment).where(Enrolment.course_id == course.id)).all()
    by_user = {row.user_id: row for row in enrolments}
    adds: list[Entry] = []
    changes: list[Entry] = []
    same, faults = 0, []
    for row in rows:
        user = known.get(row.email)
        entry = _entry(row, user, by_user.get(user.id) if user else None)
        if entry is None:
            same += 1
        elif user is not None and user.id == by.id and entry.role is not CourseRole.INSTRUCTOR:
            faults.append(f"Line {row.line}: this is you, and you can't change your own role.")
        elif not entry.name:
            faults.append(f"Line {row.line}: {row.email} has no account yet, so a name is needed.")
        else:
            (adds if entry.enrolment_id is None else changes).append(entry)
    gone = _missing(session, course, set(emails), with_staff=any(row.role for row in rows), by=by)
    return Plan(tuple(adds), tuple(changes), gone, same, tuple(faults))


def _entry(row: Row, user: User | None, had: Enrolment | None) -> Entry | None:
    """What happens to the person of a row; None if nothing does."""
    if user is None or had is None:
        name = user.name if user is not None else row.name
        role, section = row.role or CourseRole.STUDENT, row.section or ""
        return Entry(row.email, name, role, section, user_id=user.id if user is not None else None)
    role = row.role or had.role
    section = had.section if row.section is None else row.section
    named = bool(row.name) and user.password_hash == NO_PASSWORD
    name = row.name if named else user.name
    changes = []
    if had.left_at is not None:
        changes.append("is back in the course")
    if role is not had.role:
        changes.append(f"role: {had.role} → {role}")
    if section != had.section:
        changes.append(f"section: {had.section or 'none'} → {section or 'none'}")
    if name != user.name:
        changes.append(f"name: {user.name} → {name}")
    entry = Entry(row.email, name, role, section, tuple(changes), user.id, had.id)
    return entry if changes else None


def _missing(
    session: Session, course: Course, emails: set[str], *, with_staff: bool, by: User
) -> tuple[Entry, ...]:
    """The people of the course who are not in the list and may be removed."""
    return tuple(
        Entry(row.user.email, row.user.name, row.role, row.section, (), row.user_id, row.id)
        for row in people.everybody(session, course)
        if row.user.email not in emails
        and row.user_id != by.id
        and (with_staff or row.role is CourseRole.STUDENT)
    )


def apply(session: Session, course: Course, plan: Plan, now: datetime, *, remove: bool, by: User) -> None:
    """Do what the plan says; with `remove` also the removals. `by` stays an instructor, so the course keeps
    one. The number of statements does not grow with that of the people."""
    _add(session, course, plan.adds, by)
    _change(session, course, plan.changes, by)
    if remove:
        _remove(session, course, plan.removals, now, by)
    moved = [*plan.changes, *(plan.removals if remove else ())]
    section_dates.count_again(session, course.id, [entry.user_id for entry in moved if entry.user_id])
    done = {"added": len(plan.adds), "changed": len(plan.changes)}
    removed = len(plan.removals) if remove else 0
    audit.note(session, "course.roster", course, by=by, course_id=course.id, removed=removed, **done)


def _add(session: Session, course: Course, adds: Sequence[Entry], by: User) -> None:
    """The new people with their accounts. Rows are inserted and then read, since a database that gives an id
    back for each row takes a statement for each."""
    fresh = [entry for entry in adds if entry.user_id is None]
    rows = [
        {"email": e.email, "name": e.name, "password_hash": NO_PASSWORD, "operator": False} for e in fresh
    ]
    _insert(session, User, rows)
    named = {entry.email: entry for entry in adds}
    users = session.scalars(select(User).where(User.email.in_(named))).all()
    made = [user for user in users if named[user.email].user_id is None]
    audit.note_all(
        session, "user.created", made, by, None, lambda user: {"email": user.email, "operator": False}
    )
    entries = {user.id: named[user.email] for user in users}
    places = [
        {"course_id": course.id, "user_id": user, "role": entry.role, "section": entry.section}
        for user, entry in entries.items()
    ]
    _insert(session, Enrolment, places)
    of_course = select(Enrolment).where(Enrolment.course_id == course.id)
    enrolled = session.scalars(of_course.where(Enrolment.user_id.in_(entries))).all()
    audit.note_all(
        session,
        "course.enrolled",
        enrolled,
        by,
        course.id,
        lambda row: {"user": row.user_id, "before": None, "after": row.role},
    )
    _make_teams(session, course, {user: entry.name for user, entry in entries.items()})


def _insert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _make_teams(session: Session, course: Course, names: Mapping[int, str]) -> None:
    """A team of one for each of these users who is in no team of the course."""
    in_teams = select(TeamMember.user_id).join(Team, Team.id == TeamMember.team_id)
    have = set(session.scalars(in_teams.where(Team.course_id == course.id)))
    wanted = {user: name for user, name in names.items() if user not in have}
    rows = [{"course_id": course.id, "name": name, "solo_user_id": user} for user, name in wanted.items()]
    _insert(session, Team, rows)
    mine = select(Team.id, Team.solo_user_id).where(
        Team.course_id == course.id, Team.solo_user_id.in_(wanted)
    )
    teams = session.execute(mine).all()
    _insert(session, TeamMember, [{"team_id": team, "user_id": user} for team, user in teams])


def _change(session: Session, course: Course, changes: Sequence[Entry], by: User) -> None:
    rows = _enrolments(session, changes)
    for entry in changes:
        row = rows[entry.enrolment_id or 0]
        row.role, row.section, row.left_at, row.user.name = entry.role, entry.section, None, entry.name
    words = {entry.enrolment_id: list(entry.changes) for entry in changes}
    audit.note_all(
        session,
        "person.changed",
        rows.values(),
        by,
        course.id,
        lambda row: {"user": row.user_id, "changes": words[row.id]},
    )


def _remove(session: Session, course: Course, removals: Sequence[Entry], now: datetime, by: User) -> None:
    rows = _enrolments(session, removals)
    for row in rows.values():
        row.left_at = now
    audit.note_all(
        session,
        "person.removed",
        rows.values(),
        by,
        course.id,
        lambda row: {"user": row.user_id, "before": row.role},
    )


def _enrolments(session: Session, entries: Iterable[Entry]) -> dict[int, Enrolment]:
    ids = [entry.enrolment_id for entry in entries]
    rows = session.scalars(select(Enrolment).where(Enrolment.id.in_(ids)))
    found = {row.id: row for row in rows}
    wanted = [row.user_id for row in found.values()]
    session.scalars(select(User).where(User.id.in_(wanted))).all()  # so that `row.user` asks no query
    return found
