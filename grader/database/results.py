"""Results of gradings: stored once, with the summary, in one transaction; and pass rates of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from grader.database import audit, claims, grade_summary, hand_marks, line_searches, regrade_queue, retries
from grader.database.models import (
    Assignment,
    CourseRole,
    Enrolment,
    GradeSummary,
    Grading,
    JobState,
    LineSearch,
    PackCheck,
    PackState,
    Result,
    TeamMember,
)
from grader.grading.findings import finding_of
from grader.grading.report import Report
from grader.grading.report import Result as ReportResult
from grader.grading.report_json import to_json
from grader.values import Verdict, Visibility


def finish_grading(session: Session, held: claims.Claim, report: Report, failure: str = "") -> bool:
    """Store results, report and summary and end the job; False, and nothing is stored, if the claim was
    lost. `failure` is the fault of ours after all attempts, for operators; "" if there was none. If a test is
    INTERNAL, when to try again is stored too; if one failed by a value, a search for the wrong line is
    queued: notify after the commit."""
    state = JobState.FAILED if failure else JobState.DONE
    if not claims.finish(session, held, state, failure or _first_internal(report)):
        return False
    grading = session.get_one(Grading, held.job_id, populate_existing=True)
    grading.report, grading.mode = to_json(report), report.mode
    hand_marks.set_sums(session, grading, report)
    session.add_all(_row(grading, position, result) for position, result in enumerate(report.results))
    line_searches.keep(session, grading, report)
    line_searches.queue(session, grading, report)
    _after(session, grading)
    return True


def _after(session: Session, grading: Grading) -> None:
    """What the end of a grading changes: when it is tried again, the summary, the regrade that it is of."""
    _note_end(session, grading)
    if grading.regrade_id is not None:
        regrade_queue.ended(session, grading)
        return
    retries.plan(session, grading)
    grade_summary.refresh(session, grading.submission.assignment_id, grading.submission.team_id)


def _first_internal(report: Report) -> str:
    """What happened in the first INTERNAL test, for operators; "" if there is none."""
    internal = report.internal
    more = f", and {len(internal) - 1} more" if len(internal) > 1 else ""
    return f"{internal[0].id}{more} ({internal[0].cause}): {internal[0].detail}" if internal else ""


def _row(grading: Grading, position: int, result: ReportResult) -> Result:
    finding = finding_of(result)
    return Result(
        grading_id=grading.id,
        position=position,
        test_id=result.id,
        title=result.title,
        visibility=result.visibility,
        verdict=result.verdict,
        cause=result.cause,
        points=result.points,
        earned=result.earned,
        answer_sha256=hand_marks.digest_of(result.answer) if result.awaits_mark else None,
        mistake=None if finding is None else finding.mistake,
        place=None if finding is None else finding.place,
    )


def fail_job(session: Session, held: claims.Claim, failure: str) -> bool:
    """Fail a job that has no report by a fault of ours; False if the claim was lost."""
    if not claims.finish(session, held, JobState.FAILED, failure):
        return False
    note_given_up(session, (held.job_id,))
    return True


def _note_end(session: Session, grading: Grading) -> None:
    audit.note(
        session,
        "grading.finished",
        grading,
        course_id=grading.submission.assignment.course_id,
        submission=grading.submission_id,
        state=grading.state,
        score=grading.score,
        failure=grading.failure,
    )


def finish_check(session: Session, held: claims.Claim, report: dict[str, Any], *, proven: bool) -> bool:
    """Store the report of a check in its pack version; False, and no change, if the claim was lost."""
    if not claims.finish(session, held, JobState.DONE):
        return False
    version = session.get_one(PackCheck, held.job_id, populate_existing=True).pack_version
    version.check_report = report
    if version.state is not PackState.PUBLISHED:
        version.state = PackState.PROVEN if proven else PackState.FAILED
    audit.note(session, "pack.checked", version, course_id=version.pack.course_id, proven=proven)
    return True


def note_given_up(session: Session, job_ids: Sequence[int]) -> None:
    """Update summaries and pack versions after these jobs failed without a report."""
    for job_id in job_ids:
        grading = session.get(Grading, job_id, populate_existing=True)
        if grading is not None:
            _after(session, grading)
            continue
        if session.get(LineSearch, job_id) is not None:
            continue  # its grading has no line, and nothing else of it depends on the search
        version = session.get_one(PackCheck, job_id).pack_version
        if version.state is PackState.CHECKING:
            version.state = PackState.DRAFT
        audit.note(session, "pack.check_given_up", version, course_id=version.pack.course_id)


@dataclass(frozen=True)
class TestRate:
    """How many of a class's counting submissions passed one test."""

    __test__ = False

    test_id: str
    title: str
    visibility: Visibility
    points: Decimal
    passed: int
    total: int


def earned_of(session: Session, grading_id: int) -> dict[str, Decimal | None]:
    """The points that each test earned in a grading, without marks by hand and changes, by test id."""
    rows = session.execute(select(Result.test_id, Result.earned).where(Result.grading_id == grading_id))
    return {test: earned for test, earned in rows}


def pass_rates(session: Session, assignment: Assignment) -> Sequence[TestRate]:
    """The pass rate of every test over the students' counting submissions, in the order of the pack."""
    students = (
        select(TeamMember.team_id)
        .join(Enrolment, Enrolment.user_id == TeamMember.user_id)
        .where(
            Enrolment.course_id == assignment.course_id,
            Enrolment.role == CourseRole.STUDENT,
            Enrolment.left_at.is_(None),
        )
    )
    counted = (
        select(
            Result.test_id,
            func.sum(case((Result.verdict == Verdict.PASSED, 1), else_=0)).label("passed"),
            func.count().label("total"),
            func.max(Result.grading_id).label("newest"),
        )
        .join(GradeSummary, GradeSummary.grading_id == Result.grading_id)
        .where(GradeSummary.assignment_id == assignment.id, GradeSummary.team_id.in_(students))
        .group_by(Result.test_id)
        .subquery()
    )
    newest = (Result.grading_id == counted.c.newest, Result.test_id == counted.c.test_id)
    rows = session.execute(
        select(
            Result.test_id,
            Result.title,
            Result.visibility,
            Result.points,
            counted.c.passed,
            counted.c.total,
        )
        .join(counted, and_(*newest))
        .order_by(Result.position, Result.test_id)
    ).all()
    return [
        TestRate(test_id, title, visibility, points, int(passed), total)
        for test_id, title, visibility, points, passed, total in rows
    ]
