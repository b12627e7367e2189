"""The packs of this runner: in memory, and their tests in one folder each, named by digest."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path, PurePosixPath

from grader.runner.errors import BadPack
from grader.values import PackFiles, files_digest
from grader.values.digest_cache import DigestCache

MAX_PACK = 16 << 20  # bytes
MAX_ALL = 192 << 20  # bytes


class PackCache:
    """Writes packs below `folder`, which only this runner and (by Landlock) the pack's own host can read."""

    def __init__(self, folder: Path, uid: int | None) -> None:
        self.folder, self._uid = folder, uid
        self._packs: DigestCache[PackFiles] = DigestCache(
            MAX_ALL, size_of=_size, on_evict=lambda digest: remove(self.path(digest))
        )
        folder.mkdir(mode=0o711 if uid is not None else 0o700, parents=True, exist_ok=True)

    def get(self, digest: str) -> PackFiles | None:
        """The pack with this digest, None if it is not cached."""
        return self._packs.get(digest)

    def path(self, digest: str) -> Path:
        """The folder of the pack with this digest."""
        return self.folder / digest

    def put(self, pack: PackFiles) -> None:
        """Check a pack and write its tests/ to its folder. Raises BadPack."""
        if _size(pack) > MAX_PACK:
            raise BadPack(f"the pack has {_size(pack)} bytes; at most {MAX_PACK} are allowed")
        if not re.fullmatch("[0-9a-f]{64}", pack.digest) or files_digest(pack.files) != pack.digest:
            raise BadPack("the pack's digest does not match its files")
        for path, _ in pack.files:
            _check_path(path)
        self._packs.get_or_make(pack.digest, lambda: self._written(pack))

    def _written(self, pack: PackFiles) -> PackFiles:
        root = self.path(pack.digest)
        for path, data in pack.files:
            if path.startswith("tests/"):
                target = root / path
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.write_bytes(data)
        (root / "tests").mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in (root, *root.rglob("*")):
            place.chmod(0o500 if place.is_dir() else 0o400)
            if self._uid is not None:
                os.chown(place, self._uid, self._uid)
        return pack


def _size(pack: PackFiles) -> int:
    """The size of all its files in bytes."""
    return sum(len(data) for _, data in pack.files)


def remove(folder: Path) -> None:
    """Delete a pack's folder, even if it is read-only."""
    for place in [folder, *folder.rglob("*")]:
        if place.is_dir() and not place.is_symlink():
            place.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    clean = path == str(PurePosixPath(path)) and not path.startswith("/") and ".." not in parts
    if (
        not clean
        or "\0" in path
        or "\\" in path
        or len(path) > 200
        or parts[0] not in ("tests", "support", "solution")
    ):
        raise BadPack(f"path {path[:80]!r} in a pack; files must be in tests/, support/ or solution/")
