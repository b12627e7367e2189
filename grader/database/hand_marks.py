"""Marks as they stand: which text of a report has one, and what a grading is worth with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.database.models import Grading, Mark, Submission, Team
from grader.grading.disclosure import Role, score_seen_by
from grader.grading.report import Mark as Told
from grader.grading.report import Report
from grader.grading.report_json import from_json


def digest_of(answer: str) -> str:
    """SHA-256 (hex) of a text; line ends and blanks at the ends of lines make no other text of it."""
    lines = (line.rstrip() for line in answer.replace("\r\n", "\n").split("\n"))
    return hashlib.sha256("\n".join(lines).strip().encode("utf-8", "surrogatepass")).hexdigest()


def of_report(session: Session, submission: Submission, report: Report) -> dict[str, Mark]:
    """The marks of a report's texts by test id, as the team's texts stand in this very report."""
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
    return report.with_marks({test: Told(row.points, row.comment) for test, row in rows.items()})


def report_of(session: Session, grading: Grading) -> Report | None:
    """A grading's report with the marks of today; None before there is one."""
    if grading.report is None:
        return None
    report = from_json(grading.report)
    return marked(report, of_report(session, grading.submission, report))


def settle(session: Session, grading: Grading, report: Report) -> None:
    """Set a grading's sums: what the machine gave in `report`, and the marks of its texts."""
    if report.awaiting:  # nobody marks one of these texts between our look and the commit
        session.execute(select(Team.id).where(Team.id == grading.submission.team_id).with_for_update())
    whole = marked(report, of_report(session, grading.submission, report))
    visible = score_seen_by(whole.results, Role.STUDENT, released=False)
    grading.score, grading.max_score, grading.awaiting = whole.score, whole.max, whole.awaiting
    grading.visible_score, grading.visible_max = visible.earned, visible.of
    grading.visible_awaiting = visible.awaiting


def recount(session: Session, grading: Grading) -> None:
    """Set the sums of a grading that has a report from it and the marks of today."""
    if grading.report is not None:
        settle(session, grading, from_json(grading.report))
