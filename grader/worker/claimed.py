"""A claimed job, logged under the public id that its upload got."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from grader.database.claims import Claim
from grader.database.models import Grading, Job, LineSearch, PackCheck
from grader.logs import emit, events


@dataclass(frozen=True)
class ClaimedJob:
    """A claim and what is logged about it. `wait_ms` is the time from queueing to this claim."""

    claim: Claim
    public_id: str
    pack: str
    wait_ms: int
    started: float = field(default_factory=time.monotonic)

    def log_claimed(self) -> None:
        """Log that the job has started."""
        claim = self.claim
        emit(events.JobClaimed(claim.job_id, claim.kind, self.pack, claim.attempt, self.wait_ms))

    def log_done(self, verdicts: Iterable[str], phases_ms: Mapping[str, float]) -> None:
        """Log that the job has ended; `verdicts` has one entry per test."""
        claim, run_ms = self.claim, (time.monotonic() - self.started) * 1000
        counts = dict(Counter(verdicts))
        emit(
            events.JobDone(
                claim.job_id, claim.kind, self.pack, claim.attempt, counts, self.wait_ms, run_ms, phases_ms
            )
        )


def read_claimed(session: Session, claim: Claim) -> ClaimedJob:
    """What is logged about a job that was just claimed."""
    job = session.get_one(Job, claim.job_id, populate_existing=True)
    waited = job.started_at - job.created_at if job.started_at else None
    wait_ms = max(0, round(waited.total_seconds() * 1000)) if waited else 0
    return ClaimedJob(claim, public_id(job), _pack(job), wait_ms)


def public_id(job: Job) -> str:
    """The id that the submission or the pack version of the job has in URLs and log lines."""
    job = job.grading if isinstance(job, LineSearch) else job
    if isinstance(job, Grading):
        return job.submission.public_id
    return job.pack_version.public_id if isinstance(job, PackCheck) else ""


def _pack(job: Job) -> str:
    job = job.grading if isinstance(job, LineSearch) else job
    return job.pack_version.pack.slug if isinstance(job, Grading | PackCheck) else ""
