"""Uploaded bytes, stored once under their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.database.models import Blob


def digest_of(data: bytes) -> str:
    """The SHA-256 (hex) under which these bytes are stored."""
    return hashlib.sha256(data).hexdigest()


def store(session: Session, data: bytes) -> str:
    """Store `data` if it is not stored yet; returns its SHA-256 (hex)."""
    sha256 = hashlib.sha256(data).hexdigest()
    if session.scalar(select(Blob.sha256).where(Blob.sha256 == sha256)) is not None:
        return sha256
    try:
        with session.begin_nested():
            session.add(Blob(sha256=sha256, size=len(data), data=data))
    except IntegrityError:  # another session has stored the same bytes meanwhile
        if session.scalar(select(Blob.sha256).where(Blob.sha256 == sha256)) is None:
            raise
    return sha256


def store_all(session: Session, files: Iterable[bytes]) -> list[str]:
    """Store each file; returns their SHA-256 in the same order.

    All sessions write files in the order of their digests, so that two of them can't wait for each other.
    """
    files = list(files)
    digests = [hashlib.sha256(data).hexdigest() for data in files]
    for _, data in sorted(zip(digests, files, strict=True)):
        store(session, data)
    return digests


def read(session: Session, sha256: str) -> bytes:
    """The bytes with this SHA-256. Raises KeyError if there are none."""
    data = session.scalar(select(Blob.data).where(Blob.sha256 == sha256))
    if data is None:
        raise KeyError(sha256)
    return data


def forget(session: Session, sha256: str) -> None:
    """Delete bytes that were kept for a moment; nothing happens if something refers to them."""
    try:
        with session.begin_nested():
            session.execute(delete(Blob).where(Blob.sha256 == sha256))
    except IntegrityError:
        return
