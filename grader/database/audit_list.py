"""The audit trail of a course, newest first, by keyset: the last page is as fast as the first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, func, literal, or_, select, true, type_coerce
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Assignment, Audit, Course, Enrolment, Submission, TeamMember, User

A_ROUND = 1_000


@dataclass(frozen=True)
class Wanted:
    """Which entries; an empty value does not filter. `by` are the people who did it, `about` the people whom
    it concerns, `assignment` what it concerns; `actions` None is every action."""

    actions: Collection[str] | None = None
    by: Collection[int] | None = None
    about: Collection[int] | None = None
    assignment: Assignment | None = None
    since: datetime | None = None
    before: datetime | None = None


def page(
    session: Session, course: Course, wanted: Wanted, *, below: int | None = None, limit: int = 50
) -> Sequence[Audit]:
    """Entries with ids below `below` (None: the newest), with who did it, newest first."""
    conditions = _conditions(course, wanted)
    if below is not None:
        conditions.append(Audit.id < below)
    query = select(Audit).where(*conditions)
    if wanted.actions is not None:
        query = _of_actions(session, query, wanted.actions, limit)
    query = query.order_by(Audit.id.desc()).limit(limit)
    return session.scalars(query.options(joinedload(Audit.actor))).all()


def _of_actions(
    session: Session, query: Select[Audit], actions: Collection[str], limit: int
) -> Select[Audit]:
    """The entries of the query with one of these actions. PostgreSQL takes the newest of each action from the
    index: in a course in which thousands of entries are automatic it would read those all otherwise."""
    if session.get_bind().dialect.name != "postgresql":
        return query.where(Audit.action.in_(actions))
    each = func.unnest(literal(list(actions), ARRAY(Text))).table_valued("action").render_derived("each")
    newest = query.with_only_columns(Audit.id).where(Audit.action == each.c.action)
    found = newest.order_by(Audit.id.desc()).limit(limit).correlate(each).lateral("newest")
    newest_of_all = select(found.c.id).select_from(each.join(found, true()))
    return select(Audit).where(Audit.id.in_(newest_of_all.order_by(found.c.id.desc()).limit(limit)))


def every(session: Session, course: Course, wanted: Wanted, most: int) -> Iterator[Audit]:
    """All entries, newest first, at most `most`; a page of them is in memory at a time."""
    below, left = None, most
    while left > 0:
        rows = page(session, course, wanted, below=below, limit=min(A_ROUND, left))
        yield from rows
        if len(rows) < A_ROUND:
            return
        below, left = rows[-1].id, left - len(rows)


def _conditions(course: Course, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Audit.course_id == course.id]
    if wanted.by is not None:
        conditions.append(Audit.actor_id.in_(wanted.by))
    if wanted.about is not None:
        conditions.append(_about(wanted.about))
    if wanted.assignment is not None:
        conditions.append(_of_assignment(wanted.assignment))
    if wanted.since is not None:
        conditions.append(Audit.at >= wanted.since)
    if wanted.before is not None:
        conditions.append(Audit.at < wanted.before)
    return conditions


def _about(users: Collection[int]) -> ColumnElement[bool]:
    teams = select(TeamMember.team_id).where(TeamMember.user_id.in_(users))
    attempts = select(Submission.id).where(Submission.team_id.in_(teams))
    return or_(
        and_(Audit.subject == "users", Audit.subject_id.in_(users)),
        and_(Audit.subject == "teams", Audit.subject_id.in_(teams)),
        and_(Audit.subject == "submissions", Audit.subject_id.in_(attempts)),
        *(_says("user", str(user)) for user in users),
    )


def _of_assignment(assignment: Assignment) -> ColumnElement[bool]:
    attempts = select(Submission.id).where(Submission.assignment_id == assignment.id)
    return or_(
        and_(Audit.subject == "assignments", Audit.subject_id == assignment.id),
        and_(Audit.subject == "submissions", Audit.subject_id.in_(attempts)),
        _says("assignment", str(assignment.id)),
        _says("assignment", f'"{assignment.slug}"'),
    )


def _says(key: str, value: str) -> ColumnElement[bool]:
    """The detail, which is stored as JSON with sorted keys, has this value under this key."""
    start = f'"{key}": {value}'
    text = type_coerce(Audit.detail, Text)
    return or_(text.contains(f"{start},", autoescape=True), text.contains(f"{start}}}", autoescape=True))


def people_named(session: Session, course: Course, text: str, limit: int = 20) -> Sequence[int]:
    """The ids of the people of the course, those who left too, whose name or address has this text."""
    part = text.strip()
    query = (
        select(User.id)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.course_id == course.id,
            or_(User.name.icontains(part, autoescape=True), User.email.icontains(part, autoescape=True)),
        )
    )
    return session.scalars(query.order_by(User.name, User.id).limit(limit)).all()
