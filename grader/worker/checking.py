"""One claimed pack check: prove an uploaded version in the sandbox, keep what was found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from grader.pack import PackError, load_zip
from grader.store import blobs, reading, results, writing
from grader.store.claims import Claim
from grader.store.models import PackCheck
from grader.worker.gate import Runner


def run_check(engine: Engine, runner: Runner, claim: Claim) -> bool:
    """Check the version that the job names; False if the claim was lost meanwhile."""
    with reading(engine) as session:
        version = session.get_one(PackCheck, claim.job_id).pack_version
        data = blobs.read(session, version.zip_sha256)
    report, proven = _prove(data, runner)
    with writing(engine) as session:
        return results.finish_check(session, claim, report, proven=proven)


def _prove(data: bytes, runner: Runner) -> tuple[dict[str, Any], bool]:
    try:
        pack = load_zip(data)
    except PackError as error:
        return {"faults": [vars(fault) for fault in error.faults]}, False
    from grader.proof import check

    found = check(pack, runner)
    return found.to_json(), found.proven
