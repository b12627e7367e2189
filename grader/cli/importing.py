"""`grader pack import`: adds a pack on this disk to a course of an installation, like an upload."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.packs import Pack


def import_pack(source: str, course: str, state: Path | None) -> str:
    """Store the pack of a folder, an id or a zip archive as a draft of that course and queue its check.

    Returns a sentence that says what was done. Raises PackError, LookupError, StoreError, SettingsError.
    """
    from grader.database import migrate, open_engine, writing
    from grader.local.accounts import database_of
    from grader.settings import text
    from grader.worker.notify import notify

    pack = _read(source)
    url, where = database_of(state)
    migrate(url)
    engine = open_engine(url)
    try:
        with writing(engine) as session:
            sentence = _store(session, pack, course)
    finally:
        engine.dispose()
    redis_url = text("REDIS_URL", os.environ)
    if redis_url:  # without Redis the sweeper finds the check soon
        notify(redis_url)
    return f"{sentence} (in {where})"


def _read(source: str) -> Pack:
    from grader.packs import find, load, load_zip

    path = Path(source)
    return load_zip(path.read_bytes()) if path.is_file() else load(find(source))


def _store(session: Session, pack: Pack, slug: str) -> str:
    from grader.database import courses, packs
    from grader.database.models import PackState
    from grader.packs import write_zip

    course = courses.by_slug(session, slug)
    if course is None:
        raise LookupError(f"there is no course {slug}; make it with: grader user course {slug} TITLE")
    new = packs.NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))
    version = packs.add_version(session, course, new, by=None)
    session.flush()
    name = f"{pack.id} version {version.number}"
    page = f"/courses/{course.slug}/packs/{version.public_id}"
    if version.state is not PackState.DRAFT:
        return f"{name} is already in {course.title} ({version.state}): {page}"
    packs.ask_check(session, version, by=None)
    return f"{name} is a draft of {course.title}; its check waits for a worker: {page}"
