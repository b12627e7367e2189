"""Packs of a course, for its instructors: uploaded, checked, published, assigned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from grader.database import assignments, pack_pages, packs
from grader.database.models import Assignment, JobState, PackCheck, PackState, PackVersion, User
from grader.packcheck import CheckReport, Matrix, Step
from grader.packs import PackError, StoredOutline
from grader.values import Visibility
from grader.values.readings import ReadPack
from web.access import Membership, course_membership, version_membership
from web.backends import Backends
from web.refusals import TooOften
from web.services import pack_cache, queue_position
from web.throttle import Rule, Throttle

UPLOADS = Rule("pack", limit=20, window_s=60)

Change = Callable[[Session, User, str, str], None]
"""A change of a version by an instructor: a function of (session, user, course, public id)."""


@dataclass(frozen=True)
class PackList:
    """The packs of a course and those that ship with gradecheck."""

    membership: Membership
    own: Sequence[PackVersion]
    shipped: Sequence[PackVersion]


@dataclass(frozen=True)
class VersionPage:
    """One version: its check, kill matrix and bundle, the pack's other versions, and its assignments."""

    membership: Membership
    version: PackVersion
    pack: StoredOutline
    handout: Markup
    check: PackCheck | None
    proof: CheckReport | None
    steps: tuple[Step, ...]
    bundle: tuple[tuple[str, int], ...]
    siblings: Sequence[PackVersion]
    used_by: Sequence[Assignment]
    trouble: str
    state: str

    @property
    def live_state(self) -> str:
        return live_state(self.state, self.check)

    @property
    def matrix(self) -> Matrix | None:
        """The kill matrix of the check. A pack that ships with gradecheck has none: our tests prove the one
        that its manifest says."""
        if self.proof is not None:
            return self.proof.matrix
        if self.version.pack.course_id is not None:
            return None
        manifest = self.pack.manifest
        rows = tuple((manifest.mistake_title(row), row.fails) for row in manifest.mistakes)
        return Matrix(tuple(row.id for row in self.pack.tests), rows)

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(row.id for row in self.pack.tests if row.visibility is Visibility.HIDDEN)

    @property
    def verdict(self) -> str:
        known = {"proven": "passed", "published": "passed", "failed": "failed", "running": "running"}
        return known.get(self.state, "internal" if self.state == "stopped" else "queued")


def list_page(session: Session, user: User, course: str) -> PackList:
    """All packs that the course's instructors can assign or change. Raises Missing, Forbidden."""
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    shipped = [row for row in packs.assignable(session, membership.course) if row.pack.course_id is None]
    return PackList(membership, packs.of_course(session, membership.course), shipped)


def version_page(
    session: Session, user: User, course: str, public_id: str, backends: Backends
) -> VersionPage:
    """One version as its course's instructors see it. Raises Missing, Forbidden."""
    membership, version = version_membership(session, user, course, public_id)
    cached = pack_cache.cached(session, version)
    check = packs.latest_check(session, version)
    proof = None if version.check_report is None else CheckReport.from_json(version.check_report)
    state = state_of(version, check)
    versions = packs.of_course(session, membership.course)
    return VersionPage(
        membership=membership,
        version=version,
        pack=cached.pack,
        handout=cached.handout,
        check=check,
        proof=proof,
        steps=proof.steps if proof else _steps(check),
        bundle=cached.pack.page.bundle,
        siblings=[row for row in versions if row.pack_id == version.pack_id],
        used_by=[
            assignment
            for assignment in assignments.of_course(session, membership.course)
            if assignment.pack_version_id == version.id
        ],
        trouble=queue_position.trouble(session, backends) if state in ("queued", "running") else "",
        state=state,
    )


def state_of(version: PackVersion, check: PackCheck | None) -> str:
    """`queued`, `running` or `stopped` (an error on our side) while its check is not done, else the
    version's own state."""
    if version.state is PackState.CHECKING and check is not None:
        return "running" if check.state is JobState.RUNNING else "queued"
    if version.state is PackState.DRAFT and check is not None and check.state is JobState.FAILED:
        return "stopped"
    return str(version.state)


def live_state(state: str, check: PackCheck | None) -> str:
    """The state with the number of finished steps, so that the page is updated after each step."""
    return f"{state} {len(check.progress)}" if check and check.progress and state == "running" else state


def _steps(check: PackCheck | None) -> tuple[Step, ...]:
    """The steps that a running check has finished."""
    finished = (check.progress if check else None) or []
    return tuple(Step.from_json(step) for step in finished)


def news(session: Session, user: User, course: str, public_id: str) -> dict[str, Any]:
    """The check's progress, for the page that shows it live. Raises Missing, Forbidden."""
    _, version = version_membership(session, user, course, public_id)
    check = packs.latest_check(session, version)
    state = state_of(version, check)
    words = {"queued": "The check is queued.", "running": "The check is running."}
    words |= {"proven": "The check passed.", "failed": "The check found faults."}
    words |= {"stopped": "The check stopped because of an error on our side."}
    return {
        "state": live_state(state, check),
        "announce": words.get(state, ""),
        "tests": [],
        "figures": {},
        "part": 0,
    }


def count_upload(throttle: Throttle, user: User) -> None:
    """Count an upload of this user. Raises TooOften if there were too many in the last minute."""
    wait_s = throttle.hit(UPLOADS, str(user.id))
    if wait_s:
        raise TooOften(f"Too many uploads in one minute; try again in {wait_s} s.", wait_s)


def read_upload(backends: Backends, data: bytes) -> ReadPack:
    """The pack in an uploaded zip, read by a job in the sandbox. Raises PackError with every fault, and
    RunnerError if no runner answers."""
    reading = backends.read_pack(data)
    if reading.pack is None:
        raise PackError(reading.faults)
    return reading.pack


def add(session: Session, user: User, course: str, read: ReadPack) -> str:
    """Store a version with its page and queue its check; returns the public id. Notify a worker after the
    commit. Raises Missing, Forbidden."""
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    by = session.get_one(User, user.id)
    pack = StoredOutline.of(read.page)
    digests = (pack.content_digest, pack.grading_digest)
    new = packs.NewVersion(pack.id, pack.title, *digests, read.archive)
    version = packs.add_version(session, membership.course, new, by=by)
    session.flush()
    pack_pages.store(session, version.zip_sha256, read)
    if version.state is PackState.DRAFT:
        packs.ask_check(session, version, by=by)
    session.flush()
    return version.public_id


def check_again(session: Session, user: User, course: str, public_id: str) -> None:
    """Queue another check of a version that is not published; notify a worker after the commit. Raises
    Missing, Forbidden, StoreError."""
    _, version = version_membership(session, user, course, public_id)
    packs.ask_check(session, version, by=session.get_one(User, user.id))


def publish(session: Session, user: User, course: str, public_id: str) -> None:
    """Make a version that passed its check available to the course. Raises Missing, Forbidden, StoreError."""
    _, version = version_membership(session, user, course, public_id)
    packs.publish(session, version, by=session.get_one(User, user.id))
