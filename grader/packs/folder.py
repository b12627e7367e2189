"""Packs in folders: by their path, or by the id of one that ships with the product."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.packs.errors import PackError
from grader.packs.pack import Pack, Reading, read
from grader.packs.paths import MOST_FILES, is_litter, path_rule, size_faults
from grader.values.faults import Fault

SHIPPED = Path(__file__).resolve().parents[2] / "assignments"


def load(folder: str | os.PathLike[str]) -> Pack:
    """The pack in this folder; PackError lists every fault, or says that there is none."""
    found = read_folder(folder)
    if found.pack is None or found.faults:
        raise PackError(found.faults)
    return found.pack


def read_folder(folder: str | os.PathLike[str]) -> Reading:
    """The pack in this folder with every fault; of a faulty one what is left of it. PackError if
    there is no such folder."""
    root = Path(folder).resolve()
    if not root.is_dir():
        raise PackError([Fault(str(folder), "", "", "no such folder")])
    files, faults = _files(root)
    found = read(files, root.name)
    return Reading((*faults, *found.faults), found.pack)


def find(name: str) -> Path:
    """The folder of a pack given by path, or by the id of a shipped one. PackError lists
    the ids that exist."""
    if Path(name).is_dir():
        return Path(name)
    if "/" not in name and (SHIPPED / name / "pack.toml").is_file():
        return SHIPPED / name
    known = sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml"))
    rule = f"neither a folder nor one of the packs here: {', '.join(known) or 'none'}"
    raise PackError([Fault(name, "", "", rule)])


def _files(root: Path) -> tuple[dict[str, bytes], list[Fault]]:
    """The ordinary files of a folder, and what keeps the others from being read. PackError if
    they are too many or too large."""
    paths = dict(_walk(root))
    large = [*size_faults((name, path.lstat().st_size) for name, path in paths.items())]
    if large:
        raise PackError(large)
    faults = [Fault(name, "path", "", rule) for name in paths if (rule := path_rule(name))]
    faults += [
        Fault(name, "type", "", "must be an ordinary file, no link or device")
        for name, path in paths.items()
        if not stat.S_ISREG(path.lstat().st_mode)
    ]
    barred = {fault.file for fault in faults}
    return {name: path.read_bytes() for name, path in paths.items() if name not in barred}, faults


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Every (relative path, path) but litter; stops early in a folder that is no pack."""
    count = 0
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if not is_litter(n))
        links = [n for n in names if (Path(folder) / n).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if is_litter(relative):
                continue
            yield relative, path
            count += 1
            if count > MOST_FILES:
                return
