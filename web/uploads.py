"""Reading what a form brought, within bounds, by the names it was given."""

from __future__ import annotations

from flask import request

from grader.packs import Pack
from web.services.submit import Upload

LARGEST_UPLOAD = 8_000_000
"""Bytes of a whole hand-in form. Each file's own bound is the pack's, and said by name."""


def read_upload(pack: Pack) -> Upload:
    """The files of the hand-in form; what was pasted stands for the one file asked."""
    files: dict[str, bytes] = {}
    doubled: list[str] = []
    for storage in request.files.getlist("file"):
        name = _base(storage.filename or "")
        if not name:
            continue
        if name in files:
            doubled.append(name)
        files[name] = storage.stream.read()
    pasted = request.form.get("paste", "")
    if not files and pasted.strip():
        files[pack.names[0]] = pasted.replace("\r\n", "\n").encode("utf-8", "replace")
    return Upload(files, pasted, tuple(doubled))


def _base(name: str) -> str:
    """The last part of a path, whatever system it came from, and no longer than a name can be."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]
