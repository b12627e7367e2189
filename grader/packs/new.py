"""`grader pack new`: writes a small working pack, to start a new one from."""

from __future__ import annotations

import re
from pathlib import Path

from grader.packs.errors import PackError
from grader.values.faults import Fault

TEMPLATE = Path(__file__).with_name("template")
SUFFIX = ".in"  # so that tools don't collect the template's tests as ours


def new_files(pack_id: str) -> dict[str, bytes]:
    """The files of the new pack: bytes by path. PackError if the id is not valid."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,60}", pack_id):
        rule = "a pack's id must be lowercase letters, digits and -, beginning with a letter"
        raise PackError([Fault("pack.toml", "id", f'"{pack_id}"', rule)])
    title = pack_id.replace("-", " ").capitalize()
    return {
        path.relative_to(TEMPLATE).as_posix().removesuffix(SUFFIX): _filled(path, pack_id, title)
        for path in sorted(TEMPLATE.rglob(f"*{SUFFIX}"))
    }


def write_new(folder: Path) -> list[Path]:
    """Write a new pack into a new folder, and return the paths of its files. PackError if the folder
    exists already."""
    folder = folder.absolute()
    files = new_files(folder.name)
    if folder.exists():
        raise PackError([Fault(str(folder), "", "", "exists already; a new pack needs a new folder")])
    written = []
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def _filled(path: Path, pack_id: str, title: str) -> bytes:
    text = path.read_text("utf-8")
    return text.replace("{{id}}", pack_id).replace("{{title}}", title).encode("utf-8")
