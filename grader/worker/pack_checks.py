"""One claimed pack check: check an uploaded version in the sandbox and store the report."""

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

TOTAL_S = 900.0
"""Wall seconds of a whole check. The largest pack that ships takes about one minute on two cores."""


@dataclass(frozen=True)
class PackUpload:
    """The uploaded version that is checked."""

    slug: str
    content_digest: str
    zip_bytes: bytes

    def refused(self, name: str, say: str, *faults: str) -> CheckReport:
        """A report of one step that was not proven."""
        steps = (Step(name, say, faults),)
        return CheckReport(self.slug, self.content_digest, steps, Matrix((), ()))


def read_upload(session: Session, job_id: int) -> PackUpload:
    """The version that the pack check of this job needs."""
    version = session.get_one(PackCheck, job_id).pack_version
    return PackUpload(version.pack.slug, version.content_digest, blobs.read(session, version.zip_sha256))


def run_check(engine: Engine, runner: Runner, job: ClaimedJob, held: HeldClaim) -> bool:
    """Check the version that the job names; False if the claim was lost meanwhile."""
    with reading(engine) as session:
        upload = read_upload(session, job.claim.job_id)
    report = prove(upload, runner, lambda step: held.add(asdict(step)))
    with writing(engine) as session:
        stored = results.finish_check(session, job.claim, report.to_json(), proven=report.proven)
    if stored:
        job.log_done(("faulty" if step.faults else "proven" for step in report.steps), {})
    return stored


def prove(upload: PackUpload, runner: Runner, on_step: Callable[[Step], None]) -> CheckReport:
    """The report of the check of an upload. Raises RunnerError and others if a fault of ours prevents it."""
    try:
        return check(load_zip(upload.zip_bytes), runner, on_step=on_step, total_s=TOTAL_S)
    except PackError as error:
        return upload.refused("read", "can't be read", *map(str, error.faults))
    except RunnerError as error:
        if error.cause is not Cause.PACK:
            raise
        return upload.refused("collect", "the tests can't be run", error.detail)
