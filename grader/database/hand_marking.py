"""Marking a text: points and a comment by somebody of the staff, kept, audited and counted at once."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary, gradings, hand_marks
from grader.database.errors import BadMark, NothingToMark, OtherText
from grader.database.models import Grading, Mark, Result, Submission, Team, User
from grader.database.models.base import utc_now
from grader.grading.report import Result as Told
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
    """Mark the text of this test in the report that counts; a second mark takes the first one's place.

    `text_digest` says which text was read. Every grading of the team that holds it, and the team's
    summary, are brought up to date. Raises NothingToMark, OtherText, BadMark.
    """
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    result = _result(session, submission, test_id)
    if hand_marks.digest_of(result.answer) != text_digest:
        raise OtherText
    _refuse_strange(points, result.points, comment)
    row = _keep(session, submission, test_id, text_digest, (points, comment), by)
    _count(session, submission, test_id, text_digest)
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)
    return row


def _result(session: Session, submission: Submission, test_id: str) -> Told:
    grading = gradings.deciding(session, submission, report=True)
    report = None if grading is None or grading.report is None else from_json(grading.report)
    for result in report.results if report else ():
        if result.id == test_id and result.awaits_mark:
            return result
    raise NothingToMark


def _refuse_strange(points: Decimal, most: Decimal, comment: str) -> None:
    if not points.is_finite() or not 0 <= points <= most or points != round(points, 2):
        raise BadMark(f"points go from 0 to {decimal_text(most)}, with at most two decimals")
    if len(comment) > LONGEST_COMMENT:
        raise BadMark(f"a comment has at most {LONGEST_COMMENT} characters, this one has {len(comment)}")


def _keep(
    session: Session, submission: Submission, test_id: str, digest: str, given: tuple[Decimal, str], by: User
) -> Mark:
    """The mark's row, new or changed, and its line in the audit trail."""
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
    (row.points, row.comment), row.by_id, row.at = given, by.id, utc_now()
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
    """Bring the sums of every grading that holds this text up to date."""
    holding = session.scalars(
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
    for grading in holding:
        hand_marks.recount(session, grading)
