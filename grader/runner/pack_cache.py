"""Packs that this runner holds: laid out by digest in a folder of its own, the oldest put away."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections import OrderedDict
from pathlib import Path, PurePosixPath

from grader.values import PackFiles, files_digest

MAX_PACK = 16 << 20
ROOM = 192 << 20


class BadPack(Exception):
    """A pack's frame broke a rule; the text says which."""


class Shelf:
    """Lays packs under `folder`, which only this runner and, by Landlock, the pack's own host read."""

    def __init__(self, folder: Path, uid: int | None) -> None:
        self.folder, self._uid = folder, uid
        self._held: OrderedDict[str, tuple[PackFiles, int]] = OrderedDict()
        self._lock = threading.Lock()
        folder.mkdir(mode=0o711 if uid is not None else 0o700, parents=True, exist_ok=True)

    def get(self, digest: str) -> PackFiles | None:
        """The pack with that digest, if it is here."""
        with self._lock:
            if digest in self._held:
                self._held.move_to_end(digest)
                return self._held[digest][0]
        return None

    def path(self, digest: str) -> Path:
        return self.folder / digest

    def put(self, pack: PackFiles) -> None:
        """Check a pack and lay its tests/ out. Raises BadPack."""
        size = sum(len(data) for _, data in pack.files)
        if size > MAX_PACK:
            raise BadPack(f"the pack has {size} bytes; at most {MAX_PACK} are allowed")
        if not re.fullmatch("[0-9a-f]{64}", pack.digest) or files_digest(pack.files) != pack.digest:
            raise BadPack("the pack's digest does not fit its files")
        for path, _ in pack.files:
            _check_path(path)
        with self._lock:
            if pack.digest not in self._held:
                self._lay(pack)
                self._held[pack.digest] = (pack, size)
                self._make_room(pack.digest)

    def _lay(self, pack: PackFiles) -> None:
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

    def _make_room(self, keep: str) -> None:
        while sum(size for _, size in self._held.values()) > ROOM and len(self._held) > 1:
            oldest = next(d for d in self._held if d != keep)
            del self._held[oldest]
            remove(self.path(oldest))


def remove(folder: Path) -> None:
    """Delete a laid-out pack, whatever its modes."""
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
        raise BadPack(f"path {path[:80]!r} in a pack; files lie in tests/, support/ or solution/")
