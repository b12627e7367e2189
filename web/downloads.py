"""Downloads: the browser saves them and never shows them as part of this site."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from web.text import file_name


def download(data: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """`data` as an attachment with a safe file name."""
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(name)}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def streamed(parts: Iterable[bytes], name: str, kind: str) -> Response:
    """Like `download`, of parts that are made while they are sent."""
    answer = download(b"", name, kind)
    answer.response = parts
    answer.headers.pop("Content-Length", None)
    return answer
