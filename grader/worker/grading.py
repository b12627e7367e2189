"""One claimed grading: read what it needs, let the runner grade, store the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, undefer

from grader.database import blobs, gradings, results, submissions, writing
from grader.database.claims import Claim
from grader.database.models import Assignment, Grading, Lane
from grader.grading.client import Runner
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines_of
from grader.grading.report import Report, Result
from grader.grading.report_json import from_json
from grader.grading.rescore import rescored
from grader.grading.submission import check_files
from grader.packs import Pack, load_zip
from grader.values import Cause
from grader.values.digest_cache import DigestCache


@dataclass(frozen=True)
class Task:
    """All that a grading needs, read before it starts."""

    pack: Pack
    files: tuple[tuple[str, bytes], ...]
    draw: Draw
    bulk: bool = False  # a mass of gradings: students' come first
    earlier: Report | None = None  # in a regrade: what counts until now
    new_version: bool = False  # that one is by another version of the pack


def read_task(session: Session, job_id: int, packs: DigestCache[Pack]) -> Task:
    """What the grading of that job needs; packs are cached by the SHA-256 of their zip."""
    grading = session.get_one(Grading, job_id)
    submission = grading.submission
    secret = undefer(Assignment.secret)
    assignment = session.get_one(Assignment, submission.assignment_id, options=[secret])
    zip_sha256 = grading.pack_version.zip_sha256
    return Task(
        pack=packs.get_or_make(zip_sha256, lambda: load_zip(blobs.read(session, zip_sha256))),
        files=submissions.read_files(session, submission),
        draw=Draw(secret=assignment.secret, team=str(submission.team_id)),
        bulk=grading.lane is Lane.BULK,
        **_earlier(session, grading),
    )


def _earlier(session: Session, grading: Grading) -> dict[str, Any]:
    """For a regrade: the report that counts until now, if there is one, and whether another version made
    it."""
    if grading.regrade_id is None:
        return {}
    counts = gradings.deciding(session, grading.submission, report=True)
    if counts is None or counts.report is None:
        return {}
    other = counts.pack_version_id != grading.pack_version_id
    return {"earlier": from_json(counts.report), "new_version": other}


def run_grading(task: Task, runner: Runner, on_result: Callable[[Result], None]) -> Report:
    """The report on the task; our own faults are INTERNAL results in it. Where the new version only gives
    other points, nothing runs. What finds the same as before keeps its lines."""
    if task.earlier is not None and task.new_version:
        report = rescored(task.earlier, task.pack)
        if report is not None:
            return report
    submission = check_files(task.pack, dict(task.files))
    report = grade(task.pack, submission, runner, draw=task.draw, on_result=on_result, bulk=task.bulk)
    return report if task.earlier is None else with_lines_of(report, task.earlier)


def system_fault(report: Report) -> str:
    """The first fault on our side, "" if there is none. A fault of the pack is not ours."""
    details = [result.detail for result in report.internal if result.cause is Cause.SYSTEM]
    return (details[0] or "no detail") if details else ""


def store_report(engine: Engine, claim: Claim, report: Report, failure: str) -> bool:
    """Store the results of a grading in one transaction; False if the claim was lost."""
    with writing(engine) as session:
        return results.finish_grading(session, claim, report, failure)
