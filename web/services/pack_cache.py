"""Packs as pages show them: read by sandboxed jobs, stored, cached; this process opens no pack."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.database import blobs, pack_pages, reading, writing
from grader.database.models import PackVersion
from grader.grading.errors import RunnerError
from grader.logs import emit, events
from grader.logs.errors import error_name
from grader.packs import StoredOutline
from grader.packs.rendering import made_by
from grader.values.digest_cache import DigestCache
from grader.values.readings import PackPage
from web.backends import Backends

MAX_PACKS: Final = 32
TRY_AGAIN_S: Final = 60.0


class NotRead(Exception):
    """The pack with this zip has no stored page, or one of another release: call `read_stored`, and ask
    again."""

    def __init__(self, zip_sha256: str) -> None:
        super().__init__(zip_sha256)
        self.zip_sha256 = zip_sha256


@dataclass(frozen=True)
class CachedPack:
    """A pack with its handout."""

    pack: StoredOutline

    @cached_property
    def handout(self) -> Markup:
        """The handout as HTML with MathML; it was checked before it was stored."""
        return Markup(self.pack.page.handout)


_cache: DigestCache[CachedPack] = DigestCache(MAX_PACKS)
_tried: dict[str, float] = {}
"""When a job last read a stored zip, or failed to. For a while a page of another release is shown then."""


def cached(session: Session, version: PackVersion) -> CachedPack:
    """The cached pack of a version, found by the digest of its zip. Raises NotRead."""
    digest = version.zip_sha256
    return _cache.get_or_make(digest, lambda: CachedPack(StoredOutline.of(_stored(session, digest))))


def pack_of(session: Session, version: PackVersion) -> StoredOutline:
    """The pack of a version. Raises NotRead."""
    return cached(session, version).pack


def bundle(session: Session, version: PackVersion) -> bytes:
    """The zip that students download to start from. Raises NotRead."""
    try:
        return pack_pages.bundle(session, version.zip_sha256)
    except KeyError:
        raise NotRead(version.zip_sha256) from None


def _stored(session: Session, digest: str) -> PackPage:
    page = pack_pages.find(session, digest)
    lately = time.monotonic() - _tried.get(digest, -TRY_AGAIN_S) < TRY_AGAIN_S
    if page is None or (page.made_by != made_by() and not lately):
        raise NotRead(digest)
    return page


def read_stored(engine: Engine, backends: Backends, digest: str) -> bool:
    """Have a job read the pack with this stored zip, and store what pages show of it. False if that is not
    possible now and no page of an earlier release is stored. No transaction is open meanwhile."""
    with reading(engine) as session:
        earlier = pack_pages.find(session, digest)
        data = blobs.read(session, digest)
    try:
        answer = backends.read_pack(data)
        why = "faults" if answer.pack is None else ""
    except RunnerError as error:
        answer, why = None, error_name(error)
    _tried[digest] = time.monotonic()  # also after success: the runner may be of an earlier release too
    if answer is None or answer.pack is None:
        emit(events.PackNotRead(digest=digest[:12], why=why))
        return earlier is not None
    with writing(engine) as session:
        pack_pages.store(session, digest, answer.pack)
    return True
