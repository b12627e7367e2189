"""What a worker does when it is notified: claim the best row, do it, store the result."""

from __future__ import annotations

import itertools
import logging
import threading
from dataclasses import dataclass

from sqlalchemy import Engine

from grader.database import claims, reading, results, writing
from grader.database.claims import Claim, Claimant
from grader.database.models import JobKind
from grader.grading.client import Runner
from grader.packs import Pack
from grader.values.digest_cache import DigestCache
from grader.worker.grading import keep_report, read_task, run_grading, system_fault
from grader.worker.lease_renewer import HeldClaim, LeaseRenewer
from grader.worker.pack_checks import run_check
from grader.worker.runner_health import RunnerHealth

BULK_EVERY = 10  # every tenth claim takes the oldest bulk row if one waits
SYSTEM_ATTEMPTS = 2  # while the runner answers; each asks it four times
PAUSE_S = 2.0
PACKS_KEPT = 16
_log = logging.getLogger(__name__)


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
            _log.error("nothing is claimed: %s", obstacle)
            return False
        claim = self._claim()
        if claim is None:
            return False
        with self._context.lease_renewer.holding(claim) as held:
            self._do(claim, held)
        return True

    def _claim(self) -> Claim | None:
        with self._claiming, writing(self._context.engine) as session:
            bulk_first = next(self._turns) % BULK_EVERY == 0
            return claims.claim(session, self._who, bulk_first=bulk_first)

    def _do(self, claim: Claim, held: HeldClaim) -> None:
        try:
            if claim.kind is JobKind.PACK_CHECK:
                kept = run_check(self._context.engine, self._context.runner, claim, held)
            else:
                kept = self._grade(claim, held)
        except Exception as error:
            _log.exception("job %d failed by our own fault", claim.job_id)
            kept = self._after_fault(claim, f"{type(error).__name__}: {error}")
        if not kept:
            _log.warning("job %d: the claim was lost, what it gave is dropped", claim.job_id)

    def _grade(self, claim: Claim, held: HeldClaim) -> bool:
        with reading(self._context.engine) as session:
            task = read_task(session, claim.job_id, self._packs)
        report = run_grading(task, self._context.runner, lambda result: held.tell(result.to_json()))
        fault = system_fault(report)
        if not fault:
            return keep_report(self._context.engine, claim, report, failure="")
        gone = self._context.runner_health.obstacle(fresh=True)
        if claim.attempt < (claims.MAX_ATTEMPTS if gone else SYSTEM_ATTEMPTS):
            return self._after_fault(claim, fault)
        return keep_report(self._context.engine, claim, report, failure=fault)

    def _after_fault(self, claim: Claim, fault: str) -> bool:
        """Queue it again, or fail it after all attempts: a file that ends runner or worker each time
        must not hold up the others for ever."""
        with writing(self._context.engine) as session:
            if claim.attempt < claims.MAX_ATTEMPTS:
                return claims.give_back(session, claim, fault, after_s=PAUSE_S)
            return results.fail_job(session, claim, fault)
