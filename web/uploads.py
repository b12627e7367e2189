"""Reads the files of the hand-in form."""

from __future__ import annotations

from flask import request

from grader.packs import Outline
from web.services.submit import Upload

LARGEST_UPLOAD = 8_000_000
"""Bytes of a whole hand-in form. The limit of each file is in the pack, and its message names the file."""


def read_upload(pack: Outline) -> Upload:
    """The files of the hand-in form; if none was chosen, pasted text becomes the pack's first file."""
    files: dict[str, bytes] = {}
    duplicates: list[str] = []
    for storage in request.files.getlist("file"):
        name = _base(storage.filename or "")
        if not name:
            continue
        if name in files:
            duplicates.append(name)
        files[name] = storage.stream.read()
    pasted = request.form.get("paste", "")
    if not files and pasted.strip():
        files[pack.names[0]] = pasted.replace("\r\n", "\n").encode("utf-8", "replace")
    return Upload(files, pasted, tuple(duplicates))


def _base(name: str) -> str:
    """The last part of a Windows or Unix path, at most 255 characters."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]
