"""What pages show of packs, as sandboxed jobs have read them, by the digest of the pack's zip."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database import blobs
from grader.database.models import PackPageRow
from grader.values.codec import decode, encode
from grader.values.readings import PackPage, ReadPack


def store(session: Session, zip_sha256: str, pack: ReadPack) -> None:
    """Store the page and the bundle of the pack with this zip, in place of an earlier reading."""
    page, bundle_sha256 = encode(pack.page), blobs.store(session, pack.bundle)
    row = session.get(PackPageRow, zip_sha256, with_for_update=True)
    if row is None:
        session.add(PackPageRow(zip_sha256=zip_sha256, page=page, bundle_sha256=bundle_sha256))
    else:
        row.page, row.bundle_sha256 = page, bundle_sha256
    session.flush()


def find(session: Session, zip_sha256: str) -> PackPage | None:
    """The stored page of the pack with this zip; None if none was made yet, or one of another form."""
    plain = session.scalar(select(PackPageRow.page).where(PackPageRow.zip_sha256 == zip_sha256))
    try:
        return None if plain is None else decode(PackPage, plain)
    except ValueError:  # an earlier release had other fields
        return None


def bundle(session: Session, zip_sha256: str) -> bytes:
    """The students' zip of the pack with this zip. Raises KeyError if its page was not made yet."""
    query = select(PackPageRow.bundle_sha256).where(PackPageRow.zip_sha256 == zip_sha256)
    return blobs.read(session, session.scalar(query) or "")
