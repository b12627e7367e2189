"""Reads the files of the hand-in form."""

from __future__ import annotations

from flask import request

from grader.packs import Outline
from web.services.submit import Upload, text_digest

LARGEST_UPLOAD = 8_000_000
"""Bytes of a whole hand-in form. The limit of each file is in the pack, and its message names the file."""


def read_upload(pack: Outline) -> Upload:
    """The files of the hand-in form; if none was chosen, pasted text becomes the pack's first file."""
    files: dict[str, bytes] = {}
    duplicates: list[str] = []
    nameless = bool(request.form.get("file"))  # a name with a line break makes a file's part a field
    for storage in request.files.getlist("file"):
        name, data = _base(storage.filename or ""), storage.stream.read()
        if not name:
            nameless = nameless or bool(data)
            continue
        if name in files:
            duplicates.append(name)
        files[name] = data
    pasted = request.form.get("paste", "")
    wrote = bool(pasted.strip()) and text_digest(pasted) != request.form.get("shown")
    chosen = tuple(files)
    if not files and not nameless and pasted.strip():
        files[pack.names[0]] = pasted.replace("\r\n", "\n").encode("utf-8", "replace")
    return Upload(files, pasted, tuple(duplicates), nameless, chosen if wrote else ())


def _base(name: str) -> str:
    """The last part of a Windows or Unix path, at most 255 characters."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]
