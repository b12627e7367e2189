"""Marking a text: points, rubric items and a comment by staff, stored, noted and counted at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grader.database import audit, grade_summary, gradings, hand_marks
from grader.database.errors import BadMark, NothingToMark, OtherText
from grader.database.models import Grading, Mark, MarkItem, Result, RubricItem, Submission, Team, User
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
    items: Collection[int] = (),
) -> Mark:
    """Mark the text of this test in the report that counts; a second mark replaces the first.

    `text_digest` is the digest of the text that was read, `items` are the ids of rubric items that apply:
    the mark is `points` and theirs together, at least 0 and at most the row's. Updates every grading of the
    team that has this text, and the team's summary. Raises NothingToMark, OtherText, BadMark.
    """
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    result = _result(session, submission, test_id)
    if hand_marks.digest_of(result.answer) != text_digest:
        raise OtherText
    chosen = _items(session, submission, test_id, items)
    _refuse_bad_mark(points, result.points, comment, -result.points if chosen else Decimal(0))
    row = _store(session, submission, test_id, text_digest, (points, result.points, comment), chosen, by)
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


def _items(
    session: Session, submission: Submission, test_id: str, ids: Collection[int]
) -> Sequence[RubricItem]:
    """The rubric items of this test with these ids. Raises BadMark if one is not there any more."""
    rows = session.scalars(
        select(RubricItem)
        .where(
            RubricItem.id.in_(ids),
            RubricItem.assignment_id == submission.assignment_id,
            RubricItem.test_id == test_id,
            RubricItem.deleted_at.is_(None),
        )
        .order_by(RubricItem.position, RubricItem.id)
    ).all()
    if len(rows) < len(set(ids)):
        raise BadMark("a rubric item was deleted since the page was opened; choose again")
    return rows


def total(extra: Decimal, items: Decimal, most: Decimal) -> Decimal:
    """The points of a mark: those that were typed and those of the items, from 0 to `most`."""
    return min(max(extra + items, Decimal(0)), most)


def _refuse_bad_mark(points: Decimal, max_points: Decimal, comment: str, least: Decimal) -> None:
    if not points.is_finite() or not least <= points <= max_points or points != round(points, 2):
        limits = f"from {decimal_text(least)} to {decimal_text(max_points)}"
        raise BadMark(f"points go {limits}, with at most two decimals")
    if len(comment) > LONGEST_COMMENT:
        raise BadMark(f"a comment has at most {LONGEST_COMMENT} characters, this one has {len(comment)}")


def _store(
    session: Session,
    submission: Submission,
    test_id: str,
    digest: str,
    mark: tuple[Decimal, Decimal, str],
    items: Sequence[RubricItem],
    by: User,
) -> Mark:
    """The row of the mark (the points that were typed, the row's, comment), new or changed; adds the entry in
    the audit trail."""
    extra, most, comment = mark
    row = mark_of(session, submission, test_id, digest)
    before = None if row is None else (row.points, row.comment)
    if row is None:
        row = Mark(
            assignment_id=submission.assignment_id,
            team_id=submission.team_id,
            test_id=test_id,
            answer_sha256=digest,
        )
        session.add(row)
    row.points = total(extra, sum((item.points for item in items), Decimal(0)), most)
    row.extra, row.comment, row.by_id, row.at = extra, comment, by.id, utc_now()
    session.flush()
    session.execute(delete(MarkItem).where(MarkItem.mark_id == row.id))
    session.add_all(MarkItem(mark_id=row.id, item_id=item.id) for item in items)
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
        items=[item.text for item in items],
        points_before=before and before[0],
        comment_before=before and before[1],
    )
    return row


def mark_of(session: Session, submission: Submission, test_id: str, digest: str) -> Mark | None:
    """The mark of this text of the submission's team; None if it has none."""
    return session.scalar(
        select(Mark).where(
            Mark.assignment_id == submission.assignment_id,
            Mark.team_id == submission.team_id,
            Mark.test_id == test_id,
            Mark.answer_sha256 == digest,
        )
    )


def take_back(session: Session, submission: Submission, test_id: str, digest: str, *, by: User) -> None:
    """Delete the mark of this text, which then awaits a mark again. Raises NothingToMark if it has none."""
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    row = mark_of(session, submission, test_id, digest)
    if row is None:
        raise NothingToMark
    audit.note(
        session,
        "text.mark_taken_back",
        row,
        by=by,
        course_id=submission.assignment.course_id,
        submission=submission.id,
        test=test_id,
        points_before=row.points,
        comment_before=row.comment,
        points=None,
    )
    session.delete(row)
    session.flush()
    _count(session, submission, test_id, digest)
    grade_summary.refresh(session, submission.assignment_id, submission.team_id)


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
