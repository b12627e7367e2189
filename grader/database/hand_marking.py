"""Marking a text: points and a comment by staff, stored, put into the audit trail and counted at once."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary, gradings, hand_marks
from grader.database.errors import BadMark, NothingToMark, OtherText
from grader.database.models import Grading, Mark, Result, Submission, Team, User
from grader.database.models.base import utc_now
from grader.grading.report import Result as ReportResult
from grader.grading.report_json import from_json
from grader.grading.score import decimal_text

LONGEST_COMMENT = 10_000


def give(
    session: Session,
    submission: Submission,
    test_id: str,
    text_digest: str,
    points: Decimal,
    comment: str,
    *,
    by: User,
) -> Mark:
    """Mark the text of this test in the report that counts; a second mark replaces the first.

    `text_digest` is the digest of the text that was read. Updates every grading of the team that has this
    text, and the team's summary. Raises NothingToMark, OtherText, BadMark.
    """
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    result = _result(session, submission, test_id)
    if hand_marks.digest_of(result.answer) != text_digest:
        raise OtherText
    _refuse_bad_mark(points, result.points, comment)
    row = _store(session, submission, test_id, text_digest, (points, comment), by)
    _count(session, submission, test_id, text_digest)
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)
    return row


def _result(session: Session, submission: Submission, test_id: str) -> ReportResult:
    grading = gradings.deciding(session, submission, report=True)
    report = None if grading is None or grading.report is None else from_json(grading.report)
    for result in report.results if report else ():
        if result.id == test_id and result.awaits_mark:
            return result
    raise NothingToMark


def _refuse_bad_mark(points: Decimal, max_points: Decimal, comment: str) -> None:
    if not points.is_finite() or not 0 <= points <= max_points or points != round(points, 2):
        raise BadMark(f"points go from 0 to {decimal_text(max_points)}, with at most two decimals")
    if len(comment) > LONGEST_COMMENT:
        raise BadMark(f"a comment has at most {LONGEST_COMMENT} characters, this one has {len(comment)}")


def _store(
    session: Session, submission: Submission, test_id: str, digest: str, mark: tuple[Decimal, str], by: User
) -> Mark:
    """The row of the mark, new or changed; adds the entry in the audit trail."""
    row = session.scalar(
        select(Mark).where(
            Mark.assignment_id == submission.assignment_id,
            Mark.team_id == submission.team_id,
            Mark.test_id == test_id,
            Mark.answer_sha256 == digest,
        )
    )
    before = None if row is None else (row.points, row.comment)
    if row is None:
        row = Mark(
            assignment_id=submission.assignment_id,
            team_id=submission.team_id,
            test_id=test_id,
            answer_sha256=digest,
        )
        session.add(row)
    (row.points, row.comment), row.by_id, row.at = mark, by.id, utc_now()
    audit.note(
        session,
        "text.marked",
        row,
        by=by,
        course_id=submission.assignment.course_id,
        submission=submission.id,
        test=test_id,
        points=row.points,
        comment=row.comment,
        points_before=before and before[0],
        comment_before=before and before[1],
    )
    return row


def _count(session: Session, submission: Submission, test_id: str, digest: str) -> None:
    """Update the sums of every grading that has this text."""
    with_text = session.scalars(
        select(Grading)
        .join(Result, Result.grading_id == Grading.id)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(
            Submission.assignment_id == submission.assignment_id,
            Submission.team_id == submission.team_id,
            Result.test_id == test_id,
            Result.answer_sha256 == digest,
        )
    ).all()
    for grading in with_text:
        hand_marks.recount(session, grading)
