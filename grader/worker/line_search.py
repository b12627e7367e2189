"""One claimed line search: tries changes of a graded file in the sandbox, and stores the lines found."""

from __future__ import annotations

from sqlalchemy import Engine

from grader.database import line_searches, reading, writing
from grader.grading.client import Runner
from grader.grading.lines import searched
from grader.grading.report_json import from_json
from grader.grading.submission import check_files
from grader.packs import Pack
from grader.values.digest_cache import DigestCache
from grader.worker.claimed import ClaimedJob
from grader.worker.grading import read_task


def run_search(engine: Engine, runner: Runner, job: ClaimedJob, packs: DigestCache[Pack]) -> bool:
    """Search for the wrong lines of the grading that the job names; False if the claim was lost meanwhile.
    Raises RunnerError."""
    with reading(engine) as session:
        about = line_searches.read(session, job.claim.job_id)
        task = read_task(session, about.grading_id, packs)
    submission = check_files(task.pack, dict(task.files))
    report = searched(from_json(about.report), task.pack, submission, runner)
    with writing(engine) as session:
        stored = line_searches.finish(session, job.claim, about, report)
    if stored:
        found = ("line" if result.line else "no line" for result in report.results if not result.passes_alone)
        job.log_done(found, {})
    return stored
