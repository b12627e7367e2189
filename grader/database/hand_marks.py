"""Current marks: which texts of a report have one, and the points of a grading with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Grading, Mark, Submission, Team
from grader.grading.disclosure import Role, score_seen_by
from grader.grading.report import Mark as ReportMark
from grader.grading.report import Report
from grader.grading.report_json import from_json


def digest_of(answer: str) -> str:
    """SHA-256 (hex) of a text; line endings and spaces at the ends of lines don't change it."""
    lines = (line.rstrip() for line in answer.replace("\r\n", "\n").split("\n"))
    return hashlib.sha256("\n".join(lines).strip().encode("utf-8", "surrogatepass")).hexdigest()


def of_report(session: Session, submission: Submission, report: Report) -> dict[str, Mark]:
    """The marks of the texts in this report, by test id."""
    texts = {r.id: digest_of(r.answer) for r in report.results if r.awaits_mark}
    if not texts:
        return {}
    rows = session.scalars(
        select(Mark)
        .where(
            Mark.assignment_id == submission.assignment_id,
            Mark.team_id == submission.team_id,
            Mark.test_id.in_(texts),
        )
        .options(joinedload(Mark.by))
    )
    return {row.test_id: row for row in rows if texts[row.test_id] == row.answer_sha256}


def marked(report: Report, rows: Mapping[str, Mark]) -> Report:
    """The report with these marks."""
    return report.with_marks({test: ReportMark(row.points, row.comment) for test, row in rows.items()})


def report_of(session: Session, grading: Grading) -> Report | None:
    """The report of a grading with the current marks; None if it has no report yet."""
    if grading.report is None:
        return None
    report = from_json(grading.report)
    return marked(report, of_report(session, grading.submission, report))


def set_sums(session: Session, grading: Grading, report: Report) -> None:
    """Set the sums of a grading: the points in `report`, and the marks of its texts."""
    if report.awaiting:  # so that no text is marked between this query and the commit
        session.execute(select(Team.id).where(Team.id == grading.submission.team_id).with_for_update())
    complete = marked(report, of_report(session, grading.submission, report))
    visible = score_seen_by(complete.results, Role.STUDENT, released=False)
    grading.score, grading.max_score, grading.awaiting = complete.score, complete.max, complete.awaiting
    grading.visible_score, grading.visible_max = visible.earned, visible.of
    grading.visible_awaiting = visible.awaiting


def recount(session: Session, grading: Grading) -> None:
    """Set the sums of a grading from its report, if it has one, and the current marks."""
    if grading.report is not None:
        set_sums(session, grading, from_json(grading.report))
