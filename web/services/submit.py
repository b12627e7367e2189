"""Handing in: check an upload before it counts as an attempt, and store it.

No transaction is open during calls to the runner or Redis.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import submissions
from grader.database.errors import SameFiles
from grader.database.models import User
from grader.grading.client import FileScan
from grader.grading.errors import SubmissionError
from grader.grading.preflight import preflight_faults, preflight_notes
from grader.grading.submission import check_files
from grader.packs import Outline
from grader.values.faults import Fault
from web.access import assignment_membership
from web.backends import Backends
from web.refusals import TooOften
from web.services import pack_cache
from web.throttle import Rule, Throttle

NAMELESS = "was sent without a name that can be read, or with a line break in its name; rename it."
BOTH = (
    "was chosen, and other text was pasted: only one of them can be graded, so none was. To hand in the "
    "file, empty the text field and choose the file again. To hand in the text, press the button again."
)
AGAIN = "again"
"""The button of a student who has read that the same files were handed in before, and still wants it."""
UPLOADS = Rule("upload", limit=30, window_s=60)


@dataclass(frozen=True)
class Upload:
    """The content of the form. `pasted` is the text of the paste field, "" if it was not used;
    `duplicates` are names that occur more than once; `nameless` says that a file has no name that can be
    read; `beside` are the files that were chosen although the reader had written in the paste field."""

    files: Mapping[str, bytes]
    pasted: str = ""
    duplicates: tuple[str, ...] = ()
    nameless: bool = False
    beside: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps these files from being checked: which of them are meant, and their names."""
        twice = tuple(Fault.of_file(name, "is in the upload twice.", blocks=True) for name in self.duplicates)
        if self.nameless:
            return (*twice, Fault.of_file("A file", NAMELESS, blocks=True))
        pasted = normal_lines(self.pasted).strip()
        both = [name for name in self.beside if normal_lines(_text(self.files[name])).strip() != pasted]
        return (*twice, *(Fault.of_file(name, BOTH, blocks=True) for name in both))


@dataclass(frozen=True)
class Checked:
    """An upload that was checked before it counts. `files` is empty if the files are not accepted at
    all; `final` says that "hand in as it is" is not offered; `unscanned`, that no runner answered;
    `same` is the earlier attempt with the same files, if they were not stored for that."""

    files: Sequence[tuple[str, bytes]] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    scans: tuple[FileScan, ...] = ()
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    final: bool = False
    unscanned: bool = False
    text: str = ""
    same: SameFiles | None = None

    def may_be_stored(self, button: str) -> bool:
        """Whether to store it now: the student did not press "check" only, and there are no faults, or
        the student has seen the faults and pressed "anyway" or "again"."""
        return button != "check" and not self.final and (not self.faults or button in ("anyway", AGAIN))

    @property
    def why_refused(self) -> str:
        """For the log: "files" if they are not accepted at all, "faults" if faults were found in them."""
        return "faults" if self.files else "files"

    @property
    def text_digest(self) -> str:
        """Of `text`, to tell later whether the reader has changed it."""
        return text_digest(self.text)

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
    if upload.faults:
        return Checked(faults=upload.faults, final=True, text=upload.pasted)
    if not upload.files:
        names = ", ".join(pack.names)
        return Checked(faults=(Fault.of_file("No file", f"was chosen; expected: {names}."),), final=True)
    try:
        submission = check_files(pack, upload.files)
    except SubmissionError as error:
        return Checked(faults=error.faults, final=True, text=upload.pasted)
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
        notes=(*notes, *preflight_notes(pack, scans or ())),
        scans=scans or (),
        expected={row.name: row.defines for row in pack.manifest.files},
        final=len(pack.names) == 1 and any(fault.blocks for fault in faults),
        unscanned=scans is None,
        text=_text(files[0][1]) if len(files) == 1 else "",
    )


def normal_lines(text: str) -> str:
    """The text with line ends of \\n, whichever a browser or an editor made."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_digest(text: str) -> str:
    """SHA-256 (hex) of a text, whichever its line ends."""
    return hashlib.sha256(normal_lines(text).encode("utf-8", "replace")).hexdigest()


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def store(
    session: Session,
    user: User,
    course: str,
    slug: str,
    files: Sequence[tuple[str, bytes]],
    now: datetime,
    *,
    again: bool = False,
) -> str:
    """Store the files as the team's next attempt; returns its public id. Notify a worker after the
    commit. Raises Missing, SameFiles (see `refuse_same`), and StoreError if the rules of the
    assignment refuse it."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    submissions.refuse_same(session, assignment, user, files, again=again)
    submission = submissions.submit(session, assignment, session.get_one(User, user.id), files, now)
    session.flush()
    return submission.public_id


def refusal_of(error: Exception, text: str = "") -> Checked:
    """The reason for a refusal, in the form that the page shows, and the text that was pasted."""
    rule = str(error).removesuffix(".")
    return Checked(faults=(Fault.of_file("Not accepted", f"{rule}."),), final=True, text=text)


def offer_of(error: SameFiles, text: str = "") -> Checked:
    """What the page shows in place of a second attempt with the same files."""
    return Checked(final=True, text=text, same=error)


def pack_for(session: Session, user: User, course: str, slug: str, now: datetime) -> Outline:
    """The pack that new submissions of the assignment are graded with. Raises Missing."""
    _, assignment = assignment_membership(session, user, course, slug, now)
    return pack_cache.pack_of(session, assignment.pack_version)
