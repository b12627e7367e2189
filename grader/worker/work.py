"""What a worker does when it is notified: claim the next job, do it, store the result."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine

from grader.database import claims, line_searches, reading, results, writing
from grader.database.claims import Claim, Claimant
from grader.database.models import JobKind
from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.grading.report_json import result_to_json
from grader.logs import bound, emit, events
from grader.logs.errors import error_name, places
from grader.packs import Pack
from grader.values.digest_cache import DigestCache
from grader.worker.claimed import ClaimedJob, read_claimed
from grader.worker.graded_mail import queue_graded
from grader.worker.grading import read_task, run_grading, store_report, system_fault
from grader.worker.lease_renewer import HeldClaim, LeaseRenewer
from grader.worker.line_search import run_search
from grader.worker.pack_checks import run_check
from grader.worker.runner_health import RunnerHealth
from grader.worker.unscored import log_unscored

BULK_EVERY = 10  # every tenth claim takes the oldest bulk job if one waits
SYSTEM_ATTEMPTS = 2  # if the runner answers; each attempt asks it four times
PAUSE_S = 2.0
NO_RUNNER = "the runner does not answer"
NO_OUTCOME = "tests without an outcome"
CACHED_PACKS = 16


@dataclass(frozen=True)
class WorkerContext:
    """What a worker needs. It runs `slots` jobs at the same time; `lease_s` is in seconds.
    `is_watched` says of a submission's public id and a user's id whether they have its page open; `notify`
    tells workers that a job waits."""

    engine: Engine
    runner: Runner
    runner_health: RunnerHealth
    lease_renewer: LeaseRenewer
    name: str
    slots: int = 2
    lease_s: float = 30.0
    is_watched: Callable[[str, int], bool] = field(default=lambda public_id, user_id: False)
    notify: Callable[[], object] = field(default=lambda: None)


class Work:
    """Does one job per call; many threads may call at the same time."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._packs: DigestCache[Pack] = DigestCache(CACHED_PACKS)
        self._turns = itertools.count(1)
        self._claiming = threading.Lock()
        # Bulk jobs never take the last slot, unless there is only one.
        self._claimant = Claimant(context.name, context.lease_s, bulk_limit=max(1, context.slots - 1))

    def do_next(self) -> bool:
        """Do the next waiting job; False if none waits or the runner can't take one."""
        obstacle = self._context.runner_health.obstacle()
        if obstacle:
            emit(events.ClaimsPaused(why=obstacle))
            return False
        job = self._claim()
        if job is None:
            return False
        with bound(job.public_id), self._context.lease_renewer.holding(job.claim) as held:
            job.log_claimed()
            self._do(job, held)
        return True

    def _claim(self) -> ClaimedJob | None:
        with self._claiming, writing(self._context.engine) as session:
            bulk_first = next(self._turns) % BULK_EVERY == 0
            claim = claims.claim(session, self._claimant, bulk_first=bulk_first)
            return None if claim is None else read_claimed(session, claim)

    def _do(self, job: ClaimedJob, held: HeldClaim) -> None:
        claim = job.claim
        try:
            if claim.kind is JobKind.PACK_CHECK:
                stored = run_check(self._context.engine, self._context.runner, job, held)
            elif claim.kind is JobKind.LINE_SEARCH:
                stored = self._search(job)
            else:
                stored = self._grade(job, held)
        except Exception as error:
            emit(events.JobFault(claim.job_id, error_name(error), places(error)))
            stored = self._after_fault(claim, f"{type(error).__name__}: {error}", type(error).__name__)
        if not stored:
            emit(events.ClaimLost(claim.job_id))
        elif claim.kind is JobKind.GRADING:
            log_unscored(self._context.engine, claim.job_id)
            queue_graded(self._context.engine, claim.job_id, self._context.is_watched)
            self._notify_of_search(claim.job_id)

    def _notify_of_search(self, grading_id: int) -> None:
        with reading(self._context.engine) as session:
            waits = line_searches.is_open(session, grading_id)
        if waits:
            self._context.notify()

    def _search(self, job: ClaimedJob) -> bool:
        try:
            return run_search(self._context.engine, self._context.runner, job, self._packs)
        except RunnerError as error:
            why = NO_RUNNER if self._context.runner_health.obstacle(fresh=True) else NO_OUTCOME
            return self._after_fault(job.claim, f"{error.cause}: {error.detail}", why)

    def _grade(self, job: ClaimedJob, held: HeldClaim) -> bool:
        claim = job.claim
        with reading(self._context.engine) as session:
            task = read_task(session, claim.job_id, self._packs)
        report = run_grading(task, self._context.runner, lambda result: held.add(result_to_json(result)))
        fault = system_fault(report)
        if not fault:
            stored = store_report(self._context.engine, claim, report, failure="")
            if stored:
                job.log_done((result.verdict for result in report.results), dict(report.timings))
            return stored
        no_runner = self._context.runner_health.obstacle(fresh=True)
        if claim.attempt < (claims.MAX_ATTEMPTS if no_runner else SYSTEM_ATTEMPTS):
            return self._after_fault(claim, fault, NO_RUNNER if no_runner else NO_OUTCOME)
        stored = store_report(self._context.engine, claim, report, failure=fault)
        if stored:
            emit(events.JobFailed(claim.job_id, NO_RUNNER if no_runner else NO_OUTCOME))
        return stored

    def _after_fault(self, claim: Claim, fault: str, why: str) -> bool:
        """Queue the job again, or fail it after all attempts: a file that ends the runner or the worker
        each time must not block the queue. `fault` is for operators, `why` for the log."""
        retry = claim.attempt < claims.MAX_ATTEMPTS
        with writing(self._context.engine) as session:
            if retry:
                stored = claims.give_back(session, claim, fault, after_s=PAUSE_S)
            else:
                stored = results.fail_job(session, claim, fault)
        if stored and retry:
            emit(events.JobGivenBack(claim.job_id, claim.attempt, why, PAUSE_S))
        elif stored:
            emit(events.JobFailed(claim.job_id, why))
        return stored
