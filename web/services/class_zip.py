"""The files of many submissions as one zip, made while it is sent: one file is in memory at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import blobs, class_files, reading
from grader.database.errors import StoreError
from grader.database.models import Assignment, User
from web.services import bulk, shown_names
from web.text import file_name
from web.words import size

MOST_BYTES = 400_000_000
MOST_FILES = 60_000


@dataclass(frozen=True)
class Entry:
    """One file: its path in the zip, the digest of its bytes, and when it was handed in."""

    path: str
    sha256: str
    at: datetime


def entries(
    session: Session,
    user: User,
    course: str,
    slug: str,
    sent: bulk.Request,
    now: datetime,
    *,
    names_hidden: bool = False,
) -> list[Entry]:
    """The files of the submissions that were chosen, as section/name-attempt/file, or while
    names are hidden as Student CODE-attempt/file. Raises Missing, Forbidden
    for students, StoreError if there are none or they are too large for one zip."""
    chosen, assignment = bulk.chosen_of(session, user, course, slug, sent, now)
    rows = class_files.of_submissions(session, assignment, chosen.submissions)
    total = sum(row.size for row in rows)
    if not rows:
        raise StoreError("No submission matches, so there are no files to download")
    if total > MOST_BYTES or len(rows) > MOST_FILES:
        most = f"{MOST_FILES:,} files and {size(MOST_BYTES)}"
        raise StoreError(f"These are {len(rows):,} files of {size(total)}; one zip has at most {most}")
    return _without_names(session, assignment, rows) if names_hidden else _paths(rows)


def _without_names(session: Session, assignment: Assignment, rows: Sequence[class_files.File]) -> list[Entry]:
    """Each file with a path that tells neither name nor section."""
    names = shown_names.of_teams(session, assignment, {row.team_id for row in rows}, hidden=True)
    hidden = [replace(row, section="", name=names[row.team_id]) for row in rows]
    paths = _paths(sorted(hidden, key=lambda row: (row.name, row.number, row.file)))
    return [replace(entry, path=entry.path.partition("/")[2]) for entry in paths]


def _paths(rows: Sequence[class_files.File]) -> list[Entry]:
    """Each file with a path of its own: of two people with one name the later gets a number."""
    folders: dict[int, str] = {}
    taken: dict[str, int] = {}
    made = []
    for row in rows:
        if row.submission_id not in folders:
            section = file_name(row.section or "no section")
            folder = f"{section}/{file_name(row.name)}-{row.number}"
            taken[folder] = taken.get(folder, 0) + 1
            same = taken[folder]
            folders[row.submission_id] = folder if same == 1 else f"{folder} ({same})"
        made.append(Entry(f"{folders[row.submission_id]}/{file_name(row.file)}", row.sha256, row.at))
    return made


class _Sink(io.RawIOBase):
    """Where the zip is written: it keeps what has not been sent yet, and can't go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self.waiting += part
        return len(part)

    def take(self) -> bytes:
        part = bytes(self.waiting)
        self.waiting.clear()
        return part


def archive(engine: Engine, files: Sequence[Entry]) -> Iterator[bytes]:
    """The zip, part by part; no database connection is held while a part is sent."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for entry in files:
            with reading(engine) as session:
                data = blobs.read(session, entry.sha256)
            info = zipfile.ZipInfo(entry.path, entry.at.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(info, data)
            yield sink.take()
    yield sink.take()
