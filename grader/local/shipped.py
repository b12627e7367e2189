"""The packs that come with gradecheck, which every course of an installation can use."""

from __future__ import annotations

from sqlalchemy import Engine

from grader.database import packs, writing
from grader.packs import Pack, load, write_zip
from grader.packs.folder import SHIPPED


def ship_packs(engine: Engine) -> dict[str, Pack]:
    """Add each shipped pack that the database lacks in this version; returns all of them by id."""
    shipped = {
        folder.name: load(folder) for folder in sorted(SHIPPED.iterdir()) if (folder / "pack.toml").is_file()
    }
    with writing(engine) as session:
        for pack in shipped.values():
            packs.ship(session, new_version(pack))
    return shipped


def new_version(pack: Pack) -> packs.NewVersion:
    """The pack in the form that the database takes."""
    return packs.NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))
