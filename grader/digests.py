"""Digests of named bytes. Standard library only, so that a runner can check what it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def files_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 (hex) over (path, bytes), independent of their order; lengths are counted in,
    so that no two different sets of files read alike."""
    total = hashlib.sha256()
    for path, data in sorted(files):
        name = path.encode("utf-8")
        total.update(len(name).to_bytes(4, "big") + name + hashlib.sha256(data).digest())
    return total.hexdigest()
