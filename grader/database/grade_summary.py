"""Grade summaries: each team's points on each assignment, computed from submissions and gradings.

`refresh` runs in the transaction that queues or finishes a grading, `refresh_all` in one that changes dates
or rules. `compute` uses only submissions, gradings, extensions and choices, so `rebuild` can delete all
summaries and make the same rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, deadlines, hand_marks, histories
from grader.database.counting import Rules, summary_of
from grader.database.late import Policy
from grader.database.models import (
    Assignment,
    Course,
    CourseRole,
    Enrolment,
    GradeSummary,
    Grading,
    Override,
    Result,
    Submission,
    Team,
    TeamMember,
    User,
)


def refresh(session: Session, assignment_id: int, team_id: int) -> GradeSummary | None:
    """Update the summary of one team; a change of its points goes into the audit trail. None without a
    submission."""
    session.flush()
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update())  # one writer at a time
    values = compute(session, assignment_id, team_id)
    if values is None:
        return None
    row = session.get(GradeSummary, (assignment_id, team_id), populate_existing=True)
    if row is None:
        row = GradeSummary(assignment_id=assignment_id, team_id=team_id)
        session.add(row)
    _store(session, row, values)
    return row


def _store(session: Session, row: GradeSummary, values: Mapping[str, Any]) -> None:
    before = row.points
    for key, value in values.items():
        setattr(row, key, value)
    if row.points != before:
        _note_points(session, row, before)


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
    """The columns of the summary, from submissions, gradings, extensions and choices only; None without a
    submission."""
    assignment = session.get_one(Assignment, assignment_id, populate_existing=True)
    return compute_all(session, assignment, (team_id,)).get(team_id)


def compute_all(
    session: Session,
    assignment: Assignment,
    teams: Collection[int] | None = None,
    policy: Policy | None = None,
    *,
    regrade_id: int | None = None,
) -> dict[int, dict[str, Any]]:
    """The columns of the summaries of these teams (None: of all), by team id, under the course's late policy
    or another one; a constant number of queries. `assignment` may be one that is not stored, with other
    dates and rules: the id says whose attempts. With `regrade_id` as if that regrade were applied."""
    policy = policy or policy_of(session.get_one(Course, assignment.course_id))
    dates = deadlines.of_assignment(session, assignment)
    return {
        team: summary_of(
            history, Rules.of(assignment, policy, assignment.due_at + dates.moved(assignment, team))
        )
        for team, history in histories.of_assignment(
            session, assignment.id, teams, regrade_id=regrade_id
        ).items()
    }


def policy_of(course: Course) -> Policy:
    """The late policy of a course."""
    return Policy(course.grace_days, course.late_percent)


def refresh_all(session: Session, assignment: Assignment, teams: Collection[int] | None = None) -> int:
    """Update the summaries of these teams (None: of all) after a change of dates or rules; returns how many
    changed. Every change of points goes into the audit trail."""
    session.flush()
    own = GradeSummary.assignment_id == assignment.id
    some = own if teams is None else and_(own, GradeSummary.team_id.in_(teams))
    lock = select(Team.id).where(Team.id.in_(select(GradeSummary.team_id).where(some))).order_by(Team.id)
    session.execute(lock.with_for_update())
    rows = {row.team_id: row for row in session.scalars(select(GradeSummary).where(some))}
    changed = 0
    for team_id, values in compute_all(session, assignment, teams).items():
        row = rows.get(team_id)
        if row is None or all(getattr(row, key) == value for key, value in values.items()):
            continue
        changed += 1
        _store(session, row, values)
    session.flush()
    return changed


def rebuild(session: Session) -> int:
    """Delete every summary and compute it again, also the sums of gradings with marks by hand; returns
    the number of summaries."""
    _recount(session)
    session.execute(delete(GradeSummary))
    count = 0
    for assignment in session.scalars(select(Assignment).order_by(Assignment.id)).all():
        for team_id, values in compute_all(session, assignment).items():
            session.add(GradeSummary(assignment_id=assignment.id, team_id=team_id, **values))
            count += 1
    session.flush()
    return count


def _recount(session: Session) -> None:
    """Set the sums of every grading that has a text to mark or a row whose points a person has changed."""
    with_texts = select(Result.grading_id).where(Result.answer_sha256.is_not(None))
    same_team = and_(
        Override.assignment_id == Submission.assignment_id, Override.team_id == Submission.team_id
    )
    changed = select(Submission.id).join(Override, same_team)
    either = or_(Grading.id.in_(with_texts), Grading.submission_id.in_(changed))
    for grading in session.scalars(select(Grading).where(either)):
        hand_marks.recount(session, grading)
    session.flush()


def of_teams_in_course(
    session: Session, course: Course, team_ids: Collection[int]
) -> dict[int, GradeSummary]:
    """The summaries of one user's teams by assignment id, for the course page."""
    rows = session.scalars(
        select(GradeSummary)
        .join(Assignment, Assignment.id == GradeSummary.assignment_id)
        .where(Assignment.course_id == course.id, GradeSummary.team_id.in_(team_ids))
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
        .where(
            Enrolment.course_id == assignment.course_id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
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
