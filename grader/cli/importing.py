"""`grader pack import`: a pack from a disk into a course of an installation, as an upload would be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.packs import Pack


def import_pack(source: str, course: str, state: Path) -> str:
    """Keep the pack of a folder, an id or a zip archive as a draft of that course and ask for its
    check; what was done, in words. PackError, LookupError, StoreError, SettingsError say what can't be."""
    from grader.database import migrate, open_engine, writing
    from grader.local.accounts import database_url
    from grader.settings import text
    from grader.worker.notify import notify

    pack = _read(source)
    url = database_url(state)
    migrate(url)
    engine = open_engine(url)
    try:
        with writing(engine) as session:
            said = _keep(session, pack, course)
    finally:
        engine.dispose()
    redis_url = text("REDIS_URL", os.environ)
    if redis_url:  # without one the sweeper finds the check soon
        notify(redis_url)
    return said


def _read(source: str) -> Pack:
    from grader.packs import find, load, load_zip

    path = Path(source)
    return load_zip(path.read_bytes()) if path.is_file() else load(find(source))


def _keep(session: Session, pack: Pack, slug: str) -> str:
    from grader.database import courses, packs
    from grader.database.models import PackState
    from grader.packs import write_zip

    course = courses.by_slug(session, slug)
    if course is None:
        raise LookupError(f"there is no course {slug}; make it with: grader user course {slug} TITLE")
    kept = packs.NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))
    version = packs.add_version(session, course, kept, by=None)
    session.flush()
    name = f"{pack.id} version {version.number}"
    page = f"/courses/{course.slug}/packs/{version.public_id}"
    if version.state is not PackState.DRAFT:
        return f"{name} is in {course.title} already, and {version.state}: {page}"
    packs.ask_check(session, version, by=None)
    return f"{name} is a draft of {course.title}; its check waits for a worker: {page}"
