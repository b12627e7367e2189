"""A claimed job as the log names it: by the public id that its upload got."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from grader.database.claims import Claim
from grader.database.models import Grading, Job, PackCheck
from grader.logs import emit, events


@dataclass(frozen=True)
class ClaimedJob:
    """A claim with what its lines say. `wait_ms` is the time from queueing to this claim."""

    claim: Claim
    public_id: str
    pack: str
    wait_ms: int
    began: float = field(default_factory=time.monotonic)

    def log_claimed(self) -> None:
        """The line at the beginning."""
        claim = self.claim
        emit(events.JobClaimed(claim.job_id, claim.kind, self.pack, claim.attempt, self.wait_ms))

    def log_done(self, verdicts: Iterable[str], phases_ms: Mapping[str, float]) -> None:
        """The line at the end; `verdicts` are one a test."""
        claim, run_ms = self.claim, (time.monotonic() - self.began) * 1000
        counts = dict(Counter(verdicts))
        emit(
            events.JobDone(
                claim.job_id, claim.kind, self.pack, claim.attempt, counts, self.wait_ms, run_ms, phases_ms
            )
        )


def read_claimed(session: Session, claim: Claim) -> ClaimedJob:
    """What the lines about a job that was just claimed say of it."""
    job = session.get_one(Job, claim.job_id, populate_existing=True)
    waited = job.started_at - job.created_at if job.started_at else None
    wait_ms = max(0, round(waited.total_seconds() * 1000)) if waited else 0
    return ClaimedJob(claim, public_id(job), _pack(job), wait_ms)


def public_id(job: Job) -> str:
    """The id that its submission, or its pack's version, has in addresses and log lines."""
    if isinstance(job, Grading):
        return job.submission.public_id
    return job.pack_version.public_id if isinstance(job, PackCheck) else ""


def _pack(job: Job) -> str:
    return job.pack_version.pack.slug if isinstance(job, Grading | PackCheck) else ""
