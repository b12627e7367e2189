"""Reads packs from folders, given by path or by the id of a pack that ships with gradecheck."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.packs.errors import PackError
from grader.packs.pack import Pack, Reading, read
from grader.packs.paths import MOST_FILES, is_ignored, path_rule, size_faults
from grader.values.faults import Fault

SHIPPED = Path(__file__).resolve().parents[2] / "assignments"


def load(folder: str | os.PathLike[str]) -> Pack:
    """The pack in this folder; PackError lists every fault, or says that there is no such folder."""
    reading = read_folder(folder)
    if reading.pack is None or reading.faults:
        raise PackError(reading.faults)
    return reading.pack


def read_folder(folder: str | os.PathLike[str]) -> Reading:
    """The pack in this folder and every fault; a faulty pack is returned without its faulty parts.
    PackError if there is no such folder."""
    root = Path(folder).resolve()
    if not root.is_dir():
        raise PackError([Fault(str(folder), "", "", "no such folder")])
    files, faults = _files(root)
    reading = read(files, root.name)
    return Reading((*faults, *reading.faults), reading.pack)


def find(name: str) -> Path:
    """The folder of a pack given by path, or by the id of a shipped one. PackError lists
    the ids that exist."""
    if Path(name).is_dir():
        return Path(name)
    if "/" not in name and (SHIPPED / name / "pack.toml").is_file():
        return SHIPPED / name
    known = sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml"))
    rule = f"is neither a folder nor one of these packs: {', '.join(known) or 'none'}"
    raise PackError([Fault(name, "", "", rule)])


def _files(root: Path) -> tuple[dict[str, bytes], list[Fault]]:
    """The regular files of a folder, and a fault for each other one. PackError if there are too many
    or they are too large."""
    paths = dict(_walk(root))
    large = [*size_faults((name, path.lstat().st_size) for name, path in paths.items())]
    if large:
        raise PackError(large)
    faults = [Fault(name, "path", "", rule) for name in paths if (rule := path_rule(name))]
    faults += [
        Fault(name, "type", "", "must be a regular file, not a link or device")
        for name, path in paths.items()
        if not stat.S_ISREG(path.lstat().st_mode)
    ]
    refused = {fault.file for fault in faults}
    return {name: path.read_bytes() for name, path in paths.items() if name not in refused}, faults


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Every (relative path, path) except ignored files; stops at the first file over the limit."""
    count = 0
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if not is_ignored(n))
        links = [n for n in names if (Path(folder) / n).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if is_ignored(relative):
                continue
            yield relative, path
            count += 1
            if count > MOST_FILES:
                return
