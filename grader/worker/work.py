"""What a worker does when it is notified: claim the best row, do it, store the result."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass

from sqlalchemy import Engine

from grader.database import claims, reading, results, writing
from grader.database.claims import Claim, Claimant
from grader.database.models import JobKind
from grader.grading.client import Runner
from grader.grading.report_json import result_to_json
from grader.logs import bound, emit, events
from grader.logs.errors import error_name, places
from grader.packs import Pack
from grader.values.digest_cache import DigestCache
from grader.worker.claimed import ClaimedJob, read_claimed
from grader.worker.grading import keep_report, read_task, run_grading, system_fault
from grader.worker.lease_renewer import HeldClaim, LeaseRenewer
from grader.worker.pack_checks import run_check
from grader.worker.runner_health import RunnerHealth

BULK_EVERY = 10  # every tenth claim takes the oldest bulk row if one waits
SYSTEM_ATTEMPTS = 2  # while the runner answers; each asks it four times
PAUSE_S = 2.0
RUNNER_GONE = "the runner is gone"
TESTS_LEFT = "tests without an outcome"
PACKS_KEPT = 16


@dataclass(frozen=True)
class WorkerContext:
    """What a worker works with. It runs `slots` jobs at once; `lease_s` in seconds."""

    engine: Engine
    runner: Runner
    runner_health: RunnerHealth
    lease_renewer: LeaseRenewer
    name: str
    slots: int = 2
    lease_s: float = 30.0


class Work:
    """Does one job a call; many threads may call at once."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._packs: DigestCache[Pack] = DigestCache(PACKS_KEPT)
        self._turns = itertools.count(1)
        self._claiming = threading.Lock()
        # Bulk never fills the last slot, unless there is only one.
        self._who = Claimant(context.name, context.lease_s, bulk_limit=max(1, context.slots - 1))

    def do_next(self) -> bool:
        """Do the best waiting job; False if none waits or the runner can't take one."""
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
            claim = claims.claim(session, self._who, bulk_first=bulk_first)
            return None if claim is None else read_claimed(session, claim)

    def _do(self, job: ClaimedJob, held: HeldClaim) -> None:
        claim = job.claim
        try:
            if claim.kind is JobKind.PACK_CHECK:
                kept = run_check(self._context.engine, self._context.runner, job, held)
            else:
                kept = self._grade(job, held)
        except Exception as error:
            emit(events.JobFault(claim.job_id, error_name(error), places(error)))
            kept = self._after_fault(claim, f"{type(error).__name__}: {error}", type(error).__name__)
        if not kept:
            emit(events.ClaimLost(claim.job_id))

    def _grade(self, job: ClaimedJob, held: HeldClaim) -> bool:
        claim = job.claim
        with reading(self._context.engine) as session:
            task = read_task(session, claim.job_id, self._packs)
        report = run_grading(task, self._context.runner, lambda result: held.tell(result_to_json(result)))
        fault = system_fault(report)
        if not fault:
            kept = keep_report(self._context.engine, claim, report, failure="")
            if kept:
                job.log_done((result.verdict for result in report.results), dict(report.timings))
            return kept
        gone = self._context.runner_health.obstacle(fresh=True)
        if claim.attempt < (claims.MAX_ATTEMPTS if gone else SYSTEM_ATTEMPTS):
            return self._after_fault(claim, fault, RUNNER_GONE if gone else TESTS_LEFT)
        kept = keep_report(self._context.engine, claim, report, failure=fault)
        if kept:
            emit(events.JobFailed(claim.job_id, RUNNER_GONE if gone else TESTS_LEFT))
        return kept

    def _after_fault(self, claim: Claim, fault: str, why: str) -> bool:
        """Queue it again, or fail it after all attempts: a file that ends runner or worker each time
        must not hold up the others for ever. `fault` is for operators, `why` for the log."""
        again = claim.attempt < claims.MAX_ATTEMPTS
        with writing(self._context.engine) as session:
            if again:
                kept = claims.give_back(session, claim, fault, after_s=PAUSE_S)
            else:
                kept = results.fail_job(session, claim, fault)
        if kept and again:
            emit(events.JobGivenBack(claim.job_id, claim.attempt, why, PAUSE_S))
        elif kept:
            emit(events.JobFailed(claim.job_id, why))
        return kept
