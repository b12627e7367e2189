"""What a worker does when the bell rings: claim the best row, do it, keep what came of it."""

from __future__ import annotations

import itertools
import logging
import threading
from dataclasses import dataclass

from sqlalchemy import Engine

from grader.database import claims, reading, results, writing
from grader.database.claims import Claim, Claimant
from grader.database.models import JobKind
from grader.grading.report_json import result_to_json
from grader.worker.grading import Packs, keep_report, read_task, run_grading, system_fault
from grader.worker.lease_renewer import Held, Keeper
from grader.worker.pack_checks import run_check
from grader.worker.runner_health import Gate, Runner

BULK_EVERY = 10  # every tenth claim takes the oldest bulk row if one waits
SYSTEM_ATTEMPTS = 2  # while the runner answers; each asks it four times
PAUSE_S = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What a worker works with. It runs `slots` jobs at once; `lease_s` in seconds."""

    engine: Engine
    runner: Runner
    gate: Gate
    keeper: Keeper
    name: str
    slots: int = 2
    lease_s: float = 30.0


class Work:
    """Does one job a call; many threads may call at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._packs = Packs(desk.engine)
        self._turns = itertools.count(1)
        self._claiming = threading.Lock()
        # Bulk never fills the last slot, unless there is only one.
        self._who = Claimant(desk.name, desk.lease_s, bulk_limit=max(1, desk.slots - 1))

    def do_next(self) -> bool:
        """Do the best waiting job; False if none waits or the runner can't take one."""
        obstacle = self._desk.gate.obstacle()
        if obstacle:
            _log.error("nothing is claimed: %s", obstacle)
            return False
        claim = self._claim()
        if claim is None:
            return False
        with self._desk.keeper.holding(claim) as held:
            self._do(claim, held)
        return True

    def _claim(self) -> Claim | None:
        with self._claiming, writing(self._desk.engine) as session:
            bulk_first = next(self._turns) % BULK_EVERY == 0
            return claims.claim(session, self._who, bulk_first=bulk_first)

    def _do(self, claim: Claim, held: Held) -> None:
        try:
            if claim.kind is JobKind.PACK_CHECK:
                kept = run_check(self._desk.engine, self._desk.runner, claim, held)
            else:
                kept = self._grade(claim, held)
        except Exception as error:
            _log.exception("job %d failed by our own fault", claim.job_id)
            kept = self._after_fault(claim, f"{type(error).__name__}: {error}")
        if not kept:
            _log.warning("job %d: the claim was lost, what it gave is dropped", claim.job_id)

    def _grade(self, claim: Claim, held: Held) -> bool:
        with reading(self._desk.engine) as session:
            task = read_task(session, claim.job_id)
        report = run_grading(
            task, self._packs, self._desk.runner, lambda result: held.tell(result_to_json(result))
        )
        fault = system_fault(report)
        if not fault:
            return keep_report(self._desk.engine, claim, report, failure="")
        gone = self._desk.gate.obstacle(fresh=True)
        if claim.attempt < (claims.MAX_ATTEMPTS if gone else SYSTEM_ATTEMPTS):
            return self._after_fault(claim, fault)
        return keep_report(self._desk.engine, claim, report, failure=fault)

    def _after_fault(self, claim: Claim, fault: str) -> bool:
        """Queue it again, or fail it after all attempts: a file that ends runner or worker each time
        must not hold up the others for ever."""
        with writing(self._desk.engine) as session:
            if claim.attempt < claims.MAX_ATTEMPTS:
                return claims.give_back(session, claim, fault, after_s=PAUSE_S)
            return results.fail_job(session, claim, fault)
