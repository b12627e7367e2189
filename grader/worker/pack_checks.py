"""One claimed pack check: prove an uploaded version in the sandbox, keep what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import blobs, reading, results, writing
from grader.database.models import PackCheck
from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.packcheck import CheckReport, Matrix, Step, check
from grader.packs import PackError, load_zip
from grader.values import Cause
from grader.worker.claimed import ClaimedJob
from grader.worker.lease_renewer import HeldClaim


@dataclass(frozen=True)
class PackUpload:
    """The version that a check is about."""

    slug: str
    content_digest: str
    zip_bytes: bytes

    def refused(self, name: str, say: str, *faults: str) -> CheckReport:
        """A report of one step that was not proven."""
        steps = (Step(name, say, faults),)
        return CheckReport(self.slug, self.content_digest, steps, Matrix((), ()))


def read_upload(session: Session, job_id: int) -> PackUpload:
    """What the pack check of that job needs."""
    version = session.get_one(PackCheck, job_id).pack_version
    return PackUpload(version.pack.slug, version.content_digest, blobs.read(session, version.zip_sha256))


def run_check(engine: Engine, runner: Runner, job: ClaimedJob, held: HeldClaim) -> bool:
    """Check the version that the job names; False if the claim was lost meanwhile."""
    with reading(engine) as session:
        upload = read_upload(session, job.claim.job_id)
    report = prove(upload, runner, lambda step: held.tell(asdict(step)))
    with writing(engine) as session:
        kept = results.finish_check(session, job.claim, report.to_json(), proven=report.proven)
    if kept:
        job.log_done(("faulty" if step.faults else "proven" for step in report.steps), {})
    return kept


def prove(upload: PackUpload, runner: Runner, on_step: Callable[[Step], None]) -> CheckReport:
    """The proof of an upload. Raises when it is our fault that nothing can be said."""
    try:
        return check(load_zip(upload.zip_bytes), runner, on_step=on_step)
    except PackError as error:
        return upload.refused("read", "can't be read", *map(str, error.faults))
    except RunnerError as error:
        if error.cause is not Cause.PACK:
            raise
        return upload.refused("collect", "the tests can't be run", error.detail)
