"""Numbers of a class on one assignment: each in one query, most of which read a row a student."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from grader.database.models import (
    Assignment,
    CourseRole,
    Enrolment,
    FoundLine,
    GradeSummary,
    Result,
    Submission,
    Team,
    TeamMember,
    User,
)
from grader.values import Verdict


@dataclass(frozen=True)
class Group:
    """The teams with the same points in the attempt that counts (None: none has a score), of which all or
    none await a mark and were late: how many there are, how many students of the course are in them, and how
    many attempts they have made."""

    points: Decimal | None
    awaiting: bool
    late: bool
    teams: int
    students: int
    attempts: int


def _teams(assignment: Assignment) -> Select[int]:
    """The team of each student of the course, once for each student in it."""
    enrolled = and_(Enrolment.user_id == TeamMember.user_id, Enrolment.course_id == assignment.course_id)
    students = (Enrolment.role == CourseRole.STUDENT, Enrolment.left_at.is_(None))
    return select(TeamMember.team_id).join(Enrolment, enrolled).where(*students)


def groups(session: Session, assignment: Assignment) -> Sequence[Group]:
    """The teams of students that have handed in, in groups."""
    counted = _teams(assignment).add_columns(func.count().label("members"))
    members = counted.group_by(TeamMember.team_id).subquery()
    awaiting, late = func.coalesce(GradeSummary.awaiting, Decimal(0)) > Decimal(0), GradeSummary.late_days > 0
    rows = session.execute(
        select(
            GradeSummary.points,
            awaiting,
            late,
            func.count(),
            func.sum(members.c.members),
            func.sum(GradeSummary.attempts),
        )
        .join(members, members.c.team_id == GradeSummary.team_id)
        .where(GradeSummary.assignment_id == assignment.id)
        .group_by(GradeSummary.points, awaiting, late)
    )
    return [
        Group(points, bool(waits), bool(is_late), count, int(students), int(attempts))
        for points, waits, is_late, count, students, attempts in rows
    ]


def _students(assignment: Assignment) -> Select[int, str, str]:
    """The students of the course."""
    return (
        select(User.id, User.name, Enrolment.section)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.course_id == assignment.course_id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
    )


def student_count(session: Session, assignment: Assignment) -> int:
    """How many students the course has."""
    rows = _students(assignment).with_only_columns(func.count())
    return session.execute(rows).scalar_one()


@dataclass(frozen=True)
class Missing:
    """A student who has handed in nothing, also in no team."""

    user_id: int
    name: str
    section: str


def missing(
    session: Session, assignment: Assignment, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[Missing], int]:
    """Those who have handed in nothing, by name: one page, and how many there are."""
    handed_in = (
        select(TeamMember.user_id)
        .join(GradeSummary, GradeSummary.team_id == TeamMember.team_id)
        .where(GradeSummary.assignment_id == assignment.id)
    )
    rows = _students(assignment).where(User.id.not_in(handed_in))
    page = rows.add_columns(func.count().over()).order_by(func.lower(User.name), User.id)
    found = session.execute(page.limit(limit).offset(offset)).all()
    if offset and not found:
        return [], session.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    return [Missing(*row[:-1]) for row in found], found[0][-1] if found else 0


def team_ids_of(session: Session, assignment: Assignment, users: Collection[int]) -> dict[int, int]:
    """The team of one of each of these users, by user id."""
    rows = session.execute(
        select(Team.solo_user_id, Team.id).where(
            Team.course_id == assignment.course_id, Team.solo_user_id.in_(users)
        )
    )
    return {user: team for user, team in rows if user is not None}


@dataclass(frozen=True)
class MistakeCount:
    """A mistake at a place: how many teams have it in the attempt that counts, and how many attempts those
    have made."""

    mistake: str
    place: str
    teams: int
    attempts: int


def mistakes(session: Session, assignment: Assignment, limit: int = 20) -> Sequence[MistakeCount]:
    """The most frequent mistakes in the attempts that count."""
    found = (
        select(Result.mistake, Result.place, GradeSummary.team_id, func.max(GradeSummary.attempts).label("n"))
        .join(GradeSummary, GradeSummary.grading_id == Result.grading_id)
        .where(
            GradeSummary.assignment_id == assignment.id,
            Result.mistake.is_not(None),
            GradeSummary.team_id.in_(_teams(assignment)),
        )
        .group_by(Result.mistake, Result.place, GradeSummary.team_id)
        .subquery()
    )
    rows = session.execute(
        select(found.c.mistake, found.c.place, func.count(), func.sum(found.c.n))
        .group_by(found.c.mistake, found.c.place)
        .order_by(func.count().desc(), found.c.mistake, found.c.place)
        .limit(limit)
    )
    return [MistakeCount(mistake, place or "", count, int(tries)) for mistake, place, count, tries in rows]


@dataclass(frozen=True)
class LineCount:
    """Wrong lines of one kind in functions of one name: how many teams have one in the attempt that counts,
    and how many attempts those have made."""

    kind: str
    function: str
    teams: int
    attempts: int


def lines(session: Session, assignment: Assignment, limit: int = 20) -> Sequence[LineCount]:
    """The most frequent wrong lines in the attempts that count, by kind and function."""
    found = (
        select(
            FoundLine.kind,
            FoundLine.function,
            GradeSummary.team_id,
            func.max(GradeSummary.attempts).label("n"),
        )
        .join(GradeSummary, GradeSummary.grading_id == FoundLine.grading_id)
        .where(
            GradeSummary.assignment_id == assignment.id,
            GradeSummary.team_id.in_(_teams(assignment)),
        )
        .group_by(FoundLine.kind, FoundLine.function, GradeSummary.team_id)
        .subquery()
    )
    rows = session.execute(
        select(found.c.kind, found.c.function, func.count(), func.sum(found.c.n))
        .group_by(found.c.kind, found.c.function)
        .order_by(func.count().desc(), found.c.kind, found.c.function)
        .limit(limit)
    )
    return [LineCount(kind, function, count, int(tries)) for kind, function, count, tries in rows]


def passed_none_of(session: Session, assignment: Assignment, tests: Collection[str]) -> int:
    """How many teams pass none of these tests in the attempt that counts, those without a score too."""
    some = exists().where(
        Result.grading_id == GradeSummary.grading_id,
        Result.test_id.in_(tests),
        Result.verdict == Verdict.PASSED,
    )
    query = select(func.count()).where(
        GradeSummary.assignment_id == assignment.id,
        GradeSummary.team_id.in_(_teams(assignment)),
        or_(GradeSummary.grading_id.is_(None), ~some),
    )
    return session.execute(query).scalar_one()


def activity(session: Session, assignment: Assignment, edges: Sequence[datetime]) -> tuple[int, ...]:
    """How many attempts were handed in between each of these instants and the next."""
    if len(edges) < 2:
        return ()
    given = {f"edge_{at}": edge for at, edge in enumerate(edges)}
    return tuple(session.execute(_activity(len(edges)), {"own": assignment.id, **given}).one())


@lru_cache(maxsize=64)
def _activity(edges: int) -> Select[*tuple[int, ...]]:
    """The query for so many instants; to make one for each reader would take longer than to run it."""
    own = Submission.assignment_id == bindparam("own")
    at = [bindparam(f"edge_{number}", type_=Submission.created_at.type) for number in range(edges)]
    counts = [
        select(func.count())
        .where(own, Submission.created_at >= start, Submission.created_at < end)
        .scalar_subquery()
        for start, end in pairwise(at)
    ]
    return select(*counts)
