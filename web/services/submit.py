"""Handing in: check an upload before it counts, and keep it.

No transaction is open while the runner or Redis is asked.
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
from grader.packs import Pack
from grader.values.faults import Fault
from web.access import assignment_membership
from web.backends import Backends
from web.refusals import TooOften
from web.services import pack_cache
from web.throttle import Rule, Throttle

UPLOADS = Rule("upload", limit=30, window_s=60)


@dataclass(frozen=True)
class Upload:
    """What came with the form. `pasted` is the text of the paste field, "" if it was not used."""

    files: Mapping[str, bytes]
    pasted: str = ""
    doubled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """An upload looked at before it counts. `files` are empty if they can't be taken at all;
    `firm` says that handing in even so makes no sense."""

    files: Sequence[tuple[str, bytes]] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    scans: tuple[FileScan, ...] = ()
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    firm: bool = False
    unread: bool = False
    text: str = ""

    def may_be_kept(self, wish: str) -> bool:
        """Whether it is handed in now: the form's button said so, and nothing (or nothing that
        the student does not know already) speaks against it."""
        return wish != "check" and not self.firm and (not self.faults or wish == "anyway")

    @property
    def why_refused(self) -> str:
        """For the log: whether the files can't be taken at all, or faults were found in them."""
        return "faults" if self.files else "files"

    @property
    def kept_names(self) -> tuple[tuple[str, bool], ...]:
        """The names that the tests call, and whether the files define them."""
        has = {scan.name: {*scan.functions, *scan.classes} for scan in self.scans if scan.error is None}
        wanted = ((name, file) for file, names in self.expected.items() if file in has for name in names)
        return tuple((name, name in has[file]) for name, file in wanted)


def count_upload(throttle: Throttle, user: User) -> None:
    """Count an upload. Raises TooOften for who sends more files in a minute than a person can."""
    wait_s = throttle.hit(UPLOADS, str(user.id))
    if wait_s:
        words = f"Too many uploads in one minute; try again in {wait_s} s."
        raise TooOften(words, wait_s)


def check(pack: Pack, upload: Upload, backends: Backends) -> Checked:
    """Everything that can be said before it counts; the parser runs in a sandbox, if one answers."""
    if upload.doubled:
        faults = tuple(Fault.of_file(name, "is in the upload twice.", blocks=True) for name in upload.doubled)
        return Checked(faults=faults, firm=True)
    if not upload.files:
        asked = ", ".join(pack.names)
        return Checked(faults=(Fault.of_file("No file", f"was chosen; expected: {asked}."),), firm=True)
    try:
        submission = check_files(pack, upload.files)
    except SubmissionError as error:
        return Checked(faults=error.faults, firm=True)
    return _scanned(pack, submission.files, submission.notes, backends)


def _scanned(
    pack: Pack, files: tuple[tuple[str, bytes], ...], notes: tuple[str, ...], backends: Backends
) -> Checked:
    texts = {row.name: row.reader for row in pack.manifest.files if row.kind == "text"}
    read = tuple((name, data) for name, data in files if texts.get(name, name.endswith(".py")))
    scans = backends.preflight(read) if read else ()
    faults = preflight_faults(pack, scans or ())
    return Checked(
        files=files,
        faults=faults,
        notes=notes,
        scans=scans or (),
        expected={row.name: row.defines for row in pack.manifest.files},
        firm=len(pack.names) == 1 and any(fault.blocks for fault in faults),
        unread=scans is None,
        text=files[0][1].decode("utf-8-sig") if len(files) == 1 else "",
    )


def keep(
    session: Session, user: User, course: str, slug: str, files: Sequence[tuple[str, bytes]], now: datetime
) -> str:
    """Store the files as the team's next attempt; gives its public id. A worker is to be notified after
    the commit. Raises Missing, and StoreError if the rules of the assignment refuse it."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    submission = submissions.hand_in(session, assignment, session.get_one(User, user.id), files, now)
    session.flush()
    return submission.public_id


def refused(error: StoreError) -> Checked:
    """What the store's rules said, as something to show."""
    return Checked(faults=(Fault.of_file("Not accepted", f"{error}."),), firm=True)


def pack_for(session: Session, user: User, course: str, slug: str, now: datetime) -> Pack:
    """The pack that new submissions of the assignment are graded with. Raises Missing."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    return pack_cache.pack_of(session, assignment.pack_version)
