"""Handing in: check an upload before it counts as an attempt, and store it.

No transaction is open during calls to the runner or Redis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import submissions
from grader.database.errors import StoreError
from grader.database.models import User
from grader.grading.client import FileScan
from grader.grading.errors import SubmissionError
from grader.grading.preflight import preflight_faults
from grader.grading.submission import check_files
from grader.packs import Outline
from grader.values.faults import Fault
from web.access import assignment_membership
from web.backends import Backends
from web.refusals import TooOften
from web.services import pack_cache
from web.throttle import Rule, Throttle

UPLOADS = Rule("upload", limit=30, window_s=60)


@dataclass(frozen=True)
class Upload:
    """The content of the form. `pasted` is the text of the paste field, "" if it was not used;
    `duplicates` are names that occur more than once."""

    files: Mapping[str, bytes]
    pasted: str = ""
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """An upload that was checked before it counts. `files` is empty if the files are not accepted at
    all; `final` says that "hand in as it is" is not offered; `unscanned`, that no runner answered."""

    files: Sequence[tuple[str, bytes]] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    scans: tuple[FileScan, ...] = ()
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    final: bool = False
    unscanned: bool = False
    text: str = ""

    def may_be_stored(self, button: str) -> bool:
        """Whether to store it now: the student did not press "check" only, and there are no faults, or
        the student has seen the faults and pressed "anyway"."""
        return button != "check" and not self.final and (not self.faults or button == "anyway")

    @property
    def why_refused(self) -> str:
        """For the log: "files" if they are not accepted at all, "faults" if faults were found in them."""
        return "faults" if self.files else "files"

    @property
    def defined_names(self) -> tuple[tuple[str, bool], ...]:
        """The names that the tests call, and whether the files define them."""
        defined = {scan.name: {*scan.functions, *scan.classes} for scan in self.scans if scan.error is None}
        wanted = ((name, file) for file, names in self.expected.items() if file in defined for name in names)
        return tuple((name, name in defined[file]) for name, file in wanted)


def count_upload(throttle: Throttle, user: User) -> None:
    """Count an upload of this user. Raises TooOften if there were too many in the last minute."""
    wait_s = throttle.hit(UPLOADS, str(user.id))
    if wait_s:
        words = f"Too many uploads in one minute; try again in {wait_s} s."
        raise TooOften(words, wait_s)


def check(pack: Outline, upload: Upload, backends: Backends) -> Checked:
    """Check an upload before it counts; the parser runs in the runner's sandbox, if the runner answers."""
    if upload.duplicates:
        faults = tuple(
            Fault.of_file(name, "is in the upload twice.", blocks=True) for name in upload.duplicates
        )
        return Checked(faults=faults, final=True)
    if not upload.files:
        names = ", ".join(pack.names)
        return Checked(faults=(Fault.of_file("No file", f"was chosen; expected: {names}."),), final=True)
    try:
        submission = check_files(pack, upload.files)
    except SubmissionError as error:
        return Checked(faults=error.faults, final=True)
    return _scanned(pack, submission.files, submission.notes, backends)


def _scanned(
    pack: Outline, files: tuple[tuple[str, bytes], ...], notes: tuple[str, ...], backends: Backends
) -> Checked:
    texts = {row.name: row.reader for row in pack.manifest.files if row.kind == "text"}
    parsed = tuple((name, data) for name, data in files if texts.get(name, name.endswith(".py")))
    scans = backends.preflight(parsed) if parsed else ()
    faults = preflight_faults(pack, scans or ())
    return Checked(
        files=files,
        faults=faults,
        notes=notes,
        scans=scans or (),
        expected={row.name: row.defines for row in pack.manifest.files},
        final=len(pack.names) == 1 and any(fault.blocks for fault in faults),
        unscanned=scans is None,
        text=files[0][1].decode("utf-8-sig") if len(files) == 1 else "",
    )


def store(
    session: Session, user: User, course: str, slug: str, files: Sequence[tuple[str, bytes]], now: datetime
) -> str:
    """Store the files as the team's next attempt; returns its public id. Notify a worker after the
    commit. Raises Missing, and StoreError if the rules of the assignment refuse it."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    submission = submissions.submit(session, assignment, session.get_one(User, user.id), files, now)
    session.flush()
    return submission.public_id


def refusal_of(error: StoreError) -> Checked:
    """The database's reason for a refusal, in the form that the page shows."""
    return Checked(faults=(Fault.of_file("Not accepted", f"{error}."),), final=True)


def pack_for(session: Session, user: User, course: str, slug: str, now: datetime) -> Outline:
    """The pack that new submissions of the assignment are graded with. Raises Missing."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    return pack_cache.pack_of(session, assignment.pack_version)
