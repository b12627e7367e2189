"""Current marks: which texts of a report have one, and the points of a grading with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from grader.database.models import Grading, Mark, Override, Submission, Team
from grader.grading.disclosure import Role, score_seen_by
from grader.grading.report import Mark as ReportMark
from grader.grading.report import Report
from grader.grading.report_json import from_json
from grader.values import Verdict


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


def report_of(
    session: Session, grading: Grading, changed: Mapping[str, Decimal] | None = None
) -> Report | None:
    """The report of a grading with the current marks and the points that a person has changed; None if it
    has no report yet. `changed` are these points (`overrides_of`), if the caller has them already."""
    if grading.report is None:
        return None
    report = from_json(grading.report)
    complete = marked(report, of_report(session, grading.submission, report))
    return overridden(complete, overrides_of(session, grading.submission) if changed is None else changed)


def overrides_of(session: Session, submission: Submission) -> dict[str, Decimal]:
    """The points that a person gave the team for a test in place of those of its gradings, by test id."""
    rows = session.execute(
        select(Override.test_id, Override.points)
        .where(
            Override.assignment_id == submission.assignment_id,
            Override.team_id == submission.team_id,
            Override.withdrawn_at.is_(None),
        )
        .order_by(Override.id)  # the last one holds
    )
    return {test: points for test, points in rows}


def overridden(report: Report, points: Mapping[str, Decimal]) -> Report:
    """The report with these points, by test id, in place of those that were found; never more than the row
    is worth. A test without a result by our fault gets them too, and a text then awaits no mark."""
    rows = tuple(
        replace(row, earned=min(points[row.id], row.points), verdict=_settled(row.verdict))
        if row.id in points
        else row
        for row in report.results
    )
    return replace(report, results=rows)


def _settled(verdict: Verdict) -> Verdict:
    return Verdict.FAILED if verdict is Verdict.INTERNAL else verdict


def set_sums(session: Session, grading: Grading, report: Report) -> None:
    """Set the sums of a grading: the points in `report`, the marks of its texts, and the points that a person
    has changed."""
    team = select(Team.id).where(Team.id == grading.submission.team_id)
    session.execute(team.with_for_update())  # nobody marks between these queries and the commit
    complete = marked(report, of_report(session, grading.submission, report))
    complete = overridden(complete, overrides_of(session, grading.submission))
    visible = score_seen_by(complete.results, Role.STUDENT, released=False)
    grading.score, grading.max_score, grading.awaiting = complete.score, complete.max, complete.awaiting
    grading.visible_score, grading.visible_max = visible.earned, visible.of
    grading.visible_awaiting = visible.awaiting


def recount_team(session: Session, assignment_id: int, team_id: int) -> None:
    """Set the sums of all gradings of a team on an assignment, such as after a change of a row's points;
    `grade_summary.refresh` comes next."""
    gradings = session.scalars(
        select(Grading)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(Submission.assignment_id == assignment_id, Submission.team_id == team_id)
        .options(undefer(Grading.report))
    )
    for grading in gradings.all():
        recount(session, grading)


def recount(session: Session, grading: Grading) -> None:
    """Set the sums of a grading from its report, if it has one, and the current marks."""
    if grading.report is not None:
        set_sums(session, grading, from_json(grading.report))
