"""Grade summaries: each team's points on each assignment, computed from submissions and gradings.

`refresh` runs in the transaction that queues or finishes a grading. `compute` uses only submissions and
gradings, so `rebuild` can delete all summaries and make the same rows again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, hand_marks
from grader.database.models import (
    Assignment,
    Course,
    CourseRole,
    Enrolment,
    GradeState,
    GradeSummary,
    Grading,
    JobState,
    Result,
    Submission,
    Team,
    TeamMember,
    User,
)


@dataclass(frozen=True)
class Scored:
    """An attempt and the grading that gives its points."""

    submission_id: int
    grading_id: int
    at: datetime
    points: Decimal
    max_points: Decimal
    visible_points: Decimal
    visible_max: Decimal
    awaiting: Decimal
    visible_awaiting: Decimal


def refresh(session: Session, assignment_id: int, team_id: int) -> GradeSummary | None:
    """Update the summary of one team; a change of its points goes into the audit trail. None without a
    submission."""
    session.flush()
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update())  # one writer at a time
    values = compute(session, assignment_id, team_id)
    if values is None:
        return None
    row = session.get(GradeSummary, (assignment_id, team_id), populate_existing=True)
    before = None if row is None else row.points
    if row is None:
        row = GradeSummary(assignment_id=assignment_id, team_id=team_id, **values)
        session.add(row)
    else:
        for key, value in values.items():
            setattr(row, key, value)
    if row.points != before:
        _note_points(session, row, before)
    return row


def _note_points(session: Session, row: GradeSummary, before: Decimal | None) -> None:
    team = session.get_one(Team, row.team_id)
    audit.note(
        session,
        "standing.points",
        team,
        course_id=team.course_id,
        assignment=row.assignment_id,
        before=before,
        after=row.points,
        submission=row.counts_id,
        grading=row.grading_id,
    )


def compute(session: Session, assignment_id: int, team_id: int) -> dict[str, Any] | None:
    """The columns of the summary, from submissions and gradings only; None without a submission."""
    due_at = session.execute(select(Assignment.due_at).where(Assignment.id == assignment_id)).scalar_one()
    attempts = session.execute(
        select(Submission.id, Submission.created_at, Submission.given_back)
        .where(Submission.assignment_id == assignment_id, Submission.team_id == team_id)
        .order_by(Submission.number)
    ).all()
    if not attempts:
        return None
    gradings = session.execute(
        select(Grading, Submission.created_at)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(Submission.assignment_id == assignment_id, Submission.team_id == team_id)
        .order_by(Submission.number, Grading.id)
        .execution_options(populate_existing=True)
    ).all()
    unfinished = any(not grading.state.is_over for grading, _ in gradings)
    scored = {  # a later grading of an attempt replaces an earlier one
        grading.submission_id: attempt for grading, at in gradings if (attempt := _scored(grading, at))
    }
    best = _best(scored.values(), lambda attempt: attempt.points)
    visible = _best(scored.values(), lambda attempt: attempt.visible_points)
    state = GradeState.GRADED if best else GradeState.NOT_YET
    return {
        "state": GradeState.WAITING if unfinished else state,
        "attempts": sum(not attempt.given_back for attempt in attempts),
        "last_at": attempts[-1].created_at,
        "counts_id": best and best.submission_id,
        "grading_id": best and best.grading_id,
        "points": None if best is None else best.points,
        "max_points": None if best is None else best.max_points,
        "visible_counts_id": visible and visible.submission_id,
        "visible_points": None if visible is None else visible.visible_points,
        "visible_max": None if visible is None else visible.visible_max,
        "awaiting": None if best is None else best.awaiting,
        "visible_awaiting": None if visible is None else visible.visible_awaiting,
        "late_days": 0 if best is None else late_days(best.at, due_at),
    }


def _scored(grading: Grading, at: datetime) -> Scored | None:
    if grading.state is not JobState.DONE or grading.score is None:
        return None
    return Scored(
        submission_id=grading.submission_id,
        grading_id=grading.id,
        at=at,
        points=grading.score,
        max_points=grading.max_score or Decimal(0),
        visible_points=grading.visible_score or Decimal(0),
        visible_max=grading.visible_max or Decimal(0),
        awaiting=grading.awaiting or Decimal(0),
        visible_awaiting=grading.visible_awaiting or Decimal(0),
    )


def _best(scored: Iterable[Scored], points: Callable[[Scored], Decimal]) -> Scored | None:
    return max(scored, key=lambda attempt: (points(attempt), attempt.submission_id), default=None)


def late_days(at: datetime, due_at: datetime) -> int:
    """Days after the due date, a part of a day counted as one; 0 if in time."""
    return max(0, -((due_at - at) // timedelta(days=1)))


def rebuild(session: Session) -> int:
    """Delete every summary and compute it again, also the sums of gradings with marks by hand; returns
    the number of summaries."""
    _recount(session)
    session.execute(delete(GradeSummary))
    pairs = session.execute(
        select(Submission.assignment_id, Submission.team_id).distinct().order_by(Submission.assignment_id)
    ).all()
    for assignment_id, team_id in pairs:
        session.add(
            GradeSummary(
                assignment_id=assignment_id,
                team_id=team_id,
                **(compute(session, assignment_id, team_id) or {}),
            )
        )
    session.flush()
    return len(pairs)


def _recount(session: Session) -> None:
    """Set the sums of every grading that has a text to mark, from its report and the marks."""
    with_texts = select(Result.grading_id).where(Result.answer_sha256.is_not(None))
    for grading in session.scalars(select(Grading).where(Grading.id.in_(with_texts))):
        hand_marks.recount(session, grading)
    session.flush()


def of_team_in_course(session: Session, course: Course, team: Team) -> dict[int, GradeSummary]:
    """The summaries of a team by assignment id, for the course page."""
    rows = session.scalars(
        select(GradeSummary)
        .join(Assignment, Assignment.id == GradeSummary.assignment_id)
        .where(Assignment.course_id == course.id, GradeSummary.team_id == team.id)
    )
    return {row.assignment_id: row for row in rows}


@dataclass(frozen=True)
class StudentSummary:
    """A student of the class list; `summary` is None if the team has no submission."""

    user: User
    enrolment: Enrolment
    team_id: int | None
    summary: GradeSummary | None


def class_list(session: Session, assignment: Assignment) -> Sequence[StudentSummary]:
    """Every student of the course with their summary, by name."""
    students = session.execute(
        select(Enrolment, User)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == assignment.course_id, Enrolment.role == CourseRole.STUDENT)
        .order_by(User.name, User.id)
    ).all()
    summaries = {
        row.team_id: row
        for row in session.scalars(
            select(GradeSummary)
            .where(GradeSummary.assignment_id == assignment.id)
            .options(joinedload(GradeSummary.counts), joinedload(GradeSummary.visible_counts))
        )
    }
    team_of = _teams(session, assignment, summaries.keys())
    return [
        StudentSummary(user, enrolment, team_of.get(user.id), summaries.get(team_of.get(user.id, 0)))
        for enrolment, user in students
    ]


def _teams(session: Session, assignment: Assignment, active_teams: Iterable[int]) -> dict[int, int]:
    """Team id by user id; of several teams, the one that has a submission."""
    rows = session.execute(
        select(TeamMember.user_id, TeamMember.team_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.course_id == assignment.course_id)
    ).all()
    active = set(active_teams)
    return {user: team for user, team in sorted(rows, key=lambda row: row.team_id in active)}
