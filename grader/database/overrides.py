"""Points of a row that a person changes, with a reason; the automatic result stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.database import audit, grade_summary, gradings, hand_marks
from grader.database.errors import BadPoints
from grader.database.models import Override, Submission, Team, User
from grader.database.models.base import utc_now
from grader.database.written import checked_points, checked_text
from grader.grading.report import Result as ReportResult
from grader.grading.report_json import from_json


def in_force(session: Session, assignment_id: int, team_id: int) -> dict[str, Override]:
    """The overrides of a team that have an effect, with who made them, by test id; the last one holds."""
    rows = session.scalars(
        select(Override)
        .where(
            Override.assignment_id == assignment_id,
            Override.team_id == team_id,
            Override.withdrawn_at.is_(None),
        )
        .order_by(Override.id)
        .options(joinedload(Override.by))
    )
    return {row.test_id: row for row in rows}


def give(
    session: Session, submission: Submission, test_id: str, points: Decimal, reason: str, *, by: User
) -> Override:
    """Give the team these points for a test instead of those that were found, in all of its attempts; an
    earlier override of the test is withdrawn. Raises BadPoints, BadText."""
    reason = checked_text("The reason", reason)
    row = _row_of(session, submission, test_id)
    checked_points(points, Decimal(0), row.points)
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    before = _withdrawn(session, submission, test_id, by)
    new = Override(
        assignment_id=submission.assignment_id,
        team_id=submission.team_id,
        test_id=test_id,
        points=points,
        reason=reason,
        by_id=by.id,
    )
    session.add(new)
    was = row.earned if not before else before[-1].points
    _note(session, "points.overridden", submission, new, by, before=was, after=points)
    _count(session, submission)
    return new


def withdraw(session: Session, submission: Submission, test_id: str, *, by: User) -> bool:
    """Let the points that were found count again; False if no override was in force."""
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    rows = _withdrawn(session, submission, test_id, by)
    if not rows:
        return False
    found = _found(session, submission, test_id)
    after = None if found is None else found.earned
    _note(session, "points.restored", submission, rows[-1], by, before=rows[-1].points, after=after)
    _count(session, submission)
    return True


def _withdrawn(session: Session, submission: Submission, test_id: str, by: User) -> Sequence[Override]:
    """The overrides of this test that were in force, oldest first; they are not any more."""
    rows = session.scalars(
        select(Override)
        .where(
            Override.assignment_id == submission.assignment_id,
            Override.team_id == submission.team_id,
            Override.test_id == test_id,
            Override.withdrawn_at.is_(None),
        )
        .order_by(Override.id)
    ).all()
    for row in rows:
        row.withdrawn_at, row.withdrawn_by_id = utc_now(), by.id
    return rows


def _row_of(session: Session, submission: Submission, test_id: str) -> ReportResult:
    row = _found(session, submission, test_id)
    if row is None:
        raise BadPoints("This attempt has no result of this test yet, so its points can't be changed")
    if not row.points:
        raise BadPoints("This test is advice, worth no points, so its points can't be changed")
    return row


def _found(session: Session, submission: Submission, test_id: str) -> ReportResult | None:
    """The row of the grading that counts, with marks by hand and without overrides."""
    grading = gradings.deciding(session, submission, report=True)
    if grading is None or grading.report is None:
        return None
    report = from_json(grading.report)
    complete = hand_marks.marked(report, hand_marks.of_report(session, submission, report))
    return next((row for row in complete.results if row.id == test_id), None)


def _note(
    session: Session,
    action: str,
    submission: Submission,
    row: Override,
    by: User,
    *,
    before: Decimal | None,
    after: Decimal | None,
) -> None:
    audit.note(
        session,
        action,
        row,
        by=by,
        course_id=submission.assignment.course_id,
        submission=submission.id,
        team=submission.team_id,
        test=row.test_id,
        before=before,
        after=after,
        reason=row.reason,
    )


def _count(session: Session, submission: Submission) -> None:
    session.flush()
    hand_marks.recount_team(session, submission.assignment_id, submission.team_id)
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)
