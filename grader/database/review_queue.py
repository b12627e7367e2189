"""The submissions of an assignment in the order in which staff review them, and who marks which."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, and_, delete, exists, func, select
from sqlalchemy.orm import Session

from grader.database import audit, counted_attempts
from grader.database.errors import StoreError
from grader.database.models import (
    Assignment,
    Comment,
    CourseRole,
    Enrolment,
    GradeSummary,
    Marker,
    Result,
    Submission,
    TeamMember,
    User,
)


@dataclass(frozen=True)
class Entry:
    """One team in the queue, with its attempt that counts (the latest if none does). `has_text` says that a
    person marks a text in it, `awaiting` that one is not marked yet."""

    team_id: int
    public_id: str
    number: int
    has_text: bool
    awaiting: bool
    comments: int
    marker_id: int | None


def entries(session: Session, assignment: Assignment) -> tuple[Entry, ...]:
    """Every team that has handed in, in an order that looks random and stays the same; two queries."""
    secret = assignment.secret
    rows = session.execute(_rows(assignment)).all()
    found = [
        Entry(team, public_id, number, bool(text), bool(awaiting), comments, marker)
        for team, public_id, number, text, awaiting, comments, marker in rows
    ]
    return tuple(sorted(found, key=lambda entry: _digest(secret, "order", entry.team_id)))


def pseudonym(secret: bytes, team_id: int) -> str:
    """What stands for a team while names are hidden: six letters and digits, the same on every page of the
    assignment and another one in the next."""
    return base64.b32encode(_digest(secret, "name", team_id))[:6].decode()


def _digest(secret: bytes, what: str, team_id: int) -> bytes:
    return hmac.digest(secret, f"review {what} {team_id}".encode(), hashlib.sha256)


def _rows(assignment: Assignment) -> Select[int, str, int, bool, bool, int, int]:
    counted = counted_attempts.ids(assignment).subquery()
    comments = (
        select(func.count())
        .select_from(Comment)
        .where(Comment.submission_id == Submission.id, Comment.deleted_at.is_(None))
        .correlate(Submission)
        .scalar_subquery()
    )
    text = exists().where(Result.grading_id == GradeSummary.grading_id, Result.answer_sha256.is_not(None))
    same = and_(Marker.assignment_id == assignment.id, Marker.team_id == GradeSummary.team_id)
    return (
        select(
            GradeSummary.team_id,
            Submission.public_id,
            Submission.number,
            text,
            func.coalesce(GradeSummary.awaiting, Decimal(0)) > Decimal(0),
            comments,
            Marker.user_id,
        )
        .select_from(GradeSummary)
        .join(counted, counted.c.team_id == GradeSummary.team_id)
        .join(Submission, Submission.id == counted.c.submission_id)
        .outerjoin(Marker, same)
        .where(GradeSummary.assignment_id == assignment.id)
    )


def staff(session: Session, course_id: int) -> Sequence[User]:
    """The staff of a course, by name."""
    query = select(User).join(Enrolment, Enrolment.user_id == User.id)
    roles = Enrolment.role.in_((CourseRole.TA, CourseRole.INSTRUCTOR))
    query = query.where(Enrolment.course_id == course_id, roles, Enrolment.left_at.is_(None))
    return session.scalars(query.order_by(User.name, User.id)).all()


def sections(session: Session, course_id: int) -> tuple[str, ...]:
    """The sections that students of the course are in."""
    query = select(Enrolment.section).distinct()
    query = query.where(
        Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT, Enrolment.section != ""
    )
    return tuple(sorted(session.scalars(query)))


def share_evenly(session: Session, assignment: Assignment, users: Sequence[int], *, by: User) -> int:
    """Give the teams that have no marker to these members of the staff, so that each has about as many;
    returns how many. Raises StoreError if somebody is not of the staff."""
    _must_be_staff(session, assignment, users)
    queue = entries(session, assignment)
    had = Counter(entry.marker_id for entry in queue)
    load = {user: had[user] for user in users}
    given: dict[int, int] = {}
    for entry in queue:
        if entry.marker_id is None:
            user = min(users, key=lambda one: (load[one], users.index(one)))
            given[entry.team_id], load[user] = user, load[user] + 1
    return _store(session, assignment, queue, given, "evenly", by)


def share_by_section(session: Session, assignment: Assignment, users: Mapping[str, int], *, by: User) -> int:
    """Give the teams of each section to the member of the staff that is named for it, also those that have
    another marker; returns how many change. Raises StoreError if somebody is not of the staff."""
    _must_be_staff(session, assignment, tuple(users.values()))
    rows = session.execute(
        select(TeamMember.team_id, Enrolment.section)
        .join(Enrolment, Enrolment.user_id == TeamMember.user_id)
        .where(Enrolment.course_id == assignment.course_id, Enrolment.section.in_(users))
        .order_by(Enrolment.id.desc())  # of several sections in a team, that of its first member
    )
    section_of = {team: section for team, section in rows}
    queue = entries(session, assignment)
    given = {
        entry.team_id: users[section_of[entry.team_id]]
        for entry in queue
        if entry.team_id in section_of and users[section_of[entry.team_id]] != entry.marker_id
    }
    return _store(session, assignment, queue, given, "by section", by)


def take_all_back(session: Session, assignment: Assignment, *, by: User) -> int:
    """Nobody marks any team of the assignment any more; returns how many had a marker."""
    queue = entries(session, assignment)
    had = [entry.team_id for entry in queue if entry.marker_id is not None]
    if had:
        session.execute(delete(Marker).where(Marker.assignment_id == assignment.id))
        _note(session, assignment, queue, {}, "none", by, kept=False)
    return len(had)


def _must_be_staff(session: Session, assignment: Assignment, users: Sequence[int]) -> None:
    known = {user.id for user in staff(session, assignment.course_id)}
    if not users or not known.issuperset(users):
        raise StoreError("Choose at least one member of the course's staff")


def _store(
    session: Session,
    assignment: Assignment,
    queue: Sequence[Entry],
    given: Mapping[int, int],
    how: str,
    by: User,
) -> int:
    if given:
        teams = [entry.team_id for entry in queue if entry.team_id in given and entry.marker_id is not None]
        session.execute(
            delete(Marker).where(Marker.assignment_id == assignment.id, Marker.team_id.in_(teams))
        )
        session.add_all(
            Marker(assignment_id=assignment.id, team_id=team, user_id=user) for team, user in given.items()
        )
        _note(session, assignment, queue, given, how, by)
    return len(given)


def _note(
    session: Session,
    assignment: Assignment,
    queue: Sequence[Entry],
    given: Mapping[int, int],
    how: str,
    by: User,
    *,
    kept: bool = True,
) -> None:
    """The entry in the audit trail: how many teams each marker had and has, by their ids."""
    before = Counter(entry.marker_id for entry in queue if entry.marker_id is not None)
    now = (given.get(entry.team_id, entry.marker_id if kept else None) for entry in queue)
    after = Counter(marker for marker in now if marker is not None)
    audit.note(
        session,
        "markers.assigned",
        assignment,
        by=by,
        course_id=assignment.course_id,
        how=how,
        before=before,
        after=after,
    )
