"""Extensions: given to a student, a team or a section, for one assignment or a term; withdrawn, put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, grade_summary
from grader.database.errors import BadExtension
from grader.database.models import Assignment, Course, Enrolment, Extension, Team, TeamMember, User
from grader.database.models.base import utc_now

MOST_HOURS = 366 * 24
LONGEST_REASON = 500


@dataclass(frozen=True)
class Wish:
    """An extension to give: to one user, one team or one section, on `assignment` or (None) on all; by a new
    due date, or by hours."""

    user: User | None = None
    team: Team | None = None
    section: str = ""
    assignment: Assignment | None = None
    due_at: datetime | None = None
    hours: int | None = None
    reason: str = ""

    def check(self) -> None:
        """Raises BadExtension if it is for nobody or for several, moves nothing, or moves too far."""
        if sum((self.user is not None, self.team is not None, bool(self.section))) != 1:
            raise BadExtension("An extension is for one student, one group or one section")
        if (self.due_at is None) == (self.hours is None):
            raise BadExtension("An extension has a new due date, or a number of hours, and not both")
        if self.hours is not None and not 1 <= self.hours <= MOST_HOURS:
            raise BadExtension(f"{self.hours} hours; it must be 1 to {MOST_HOURS:,}")
        if len(self.reason) > LONGEST_REASON:
            raise BadExtension(f"The reason has {len(self.reason)} characters; at most {LONGEST_REASON}")
        self._check_date()

    def _check_date(self) -> None:
        if self.due_at is None:
            return
        if self.assignment is None:
            raise BadExtension("For the whole term an extension has a number of hours, not a date")
        by = self.due_at - self.assignment.due_at
        if not timedelta() < by <= timedelta(hours=MOST_HOURS):
            raise BadExtension("The new due date must be after the assignment's, by a year at most")


def give(session: Session, course: Course, wish: Wish, *, by: User) -> Extension:
    """Give an extension and count again what it changes. Raises BadExtension."""
    wish.check()
    row = Extension(
        course_id=course.id,
        assignment=wish.assignment,
        user=wish.user,
        team=wish.team,
        section=wish.section or None,
        due_at=wish.due_at,
        hours=wish.hours,
        reason=wish.reason,
        by_id=by.id,
    )
    session.add(row)
    _note(session, "extension.given", row, by)
    _count_again(session, row)
    return row


def withdraw(session: Session, row: Extension, *, by: User) -> None:
    """End an extension and count again what it changes; no change if it is withdrawn."""
    if row.withdrawn_at is None:
        row.withdrawn_at = utc_now()
        _note(session, "extension.withdrawn", row, by)
        _count_again(session, row)


def put_back(session: Session, row: Extension, *, by: User) -> None:
    """Undo `withdraw`; no change if it is in force."""
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        _note(session, "extension.put_back", row, by)
        _count_again(session, row)


def _note(session: Session, action: str, row: Extension, by: User) -> None:
    audit.note(
        session,
        action,
        row,
        by=by,
        course_id=row.course_id,
        assignment=row.assignment and row.assignment.slug,
        user=row.user_id,
        team=row.team_id,
        section=row.section,
        due_at=row.due_at,
        hours=row.hours,
        reason=row.reason,
    )


def _count_again(session: Session, row: Extension) -> None:
    """Refresh the summaries of those whom the extension concerns."""
    session.flush()
    teams = teams_of(session, row)
    chosen = (
        Assignment.id == row.assignment_id if row.assignment_id else Assignment.course_id == row.course_id
    )
    for assignment in session.scalars(select(Assignment).where(chosen)).all():
        grade_summary.refresh_all(session, assignment, teams)


def teams_of(session: Session, row: Extension) -> Sequence[int]:
    """The ids of the teams that have this extension."""
    if row.team_id is not None:
        return (row.team_id,)
    query = select(TeamMember.team_id).join(Team, Team.id == TeamMember.team_id)
    query = query.where(Team.course_id == row.course_id)
    if row.user_id is not None:
        return session.scalars(query.where(TeamMember.user_id == row.user_id)).all()
    of_section = select(Enrolment.user_id).where(
        Enrolment.course_id == row.course_id,
        Enrolment.section == row.section,
        Enrolment.left_at.is_(None),
    )
    return session.scalars(query.where(TeamMember.user_id.in_(of_section)).distinct()).all()


def of_course(
    session: Session,
    course: Course,
    assignment: Assignment | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[Extension], int]:
    """The extensions of a course, or those that hold on one assignment, newest first, and how many there
    are; withdrawn ones come last."""
    own = Extension.course_id == course.id
    holds = own
    if assignment is not None:
        holds = own & or_(Extension.assignment_id.is_(None), Extension.assignment_id == assignment.id)
    total = session.execute(select(func.count()).select_from(Extension).where(holds)).scalar_one()
    rows = session.scalars(
        select(Extension)
        .where(holds)
        .order_by(Extension.withdrawn_at.is_not(None), Extension.id.desc())
        .limit(limit)
        .offset(offset)
        .options(
            joinedload(Extension.assignment),
            joinedload(Extension.user),
            joinedload(Extension.team),
            joinedload(Extension.by),
        )
    ).all()
    return rows, total


def by_id(session: Session, course: Course, extension_id: int) -> Extension | None:
    """The extension of this course with that id; None if there is none."""
    row = session.get(Extension, extension_id)
    return row if row is not None and row.course_id == course.id else None
