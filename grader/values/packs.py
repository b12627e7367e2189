"""A pack as the runner needs it, and what pytest finds in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Cut


def files_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 in hex over the sorted (path, bytes) pairs, each part length-prefixed."""
    total = hashlib.sha256()
    for path, data in sorted(files):
        name = path.encode()
        total.update(len(name).to_bytes(8, "little") + name + len(data).to_bytes(8, "little") + data)
    return total.hexdigest()


@dataclass(frozen=True)
class PackFiles:
    """The part of a pack that the runner needs: (path, bytes) of tests/, support/ and solution/, relative
    to the pack's folder, and the digest of these files."""

    digest: str
    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]]) -> PackFiles:
        """These files with their digest."""
        ordered = tuple(sorted(files))
        return cls(files_digest(ordered), ordered)


@dataclass(frozen=True)
class Collected:
    """What pytest found in a pack: test functions, errors, and fixtures with a scope wider than function."""

    items: Annotated[tuple[str, ...], Cut(1000)] = ()
    errors: Annotated[tuple[str, ...], Cut(1000)] = ()
    wide: Annotated[tuple[str, ...], Cut(1000)] = ()
