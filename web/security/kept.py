"""Keeps what a reader wrote when their log-in ended before they sent it.

Nothing is stored: the log-in page holds the fields, signed, and after the log-in they are shown to be sent
again. Each form holds a signed id of its reader, and only that reader gets the fields back, so that a form
of another site can't put a text into somebody's page.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

READER, SIZE = "reader", "size"
FIELD = "kept"
LONGEST_S = 7 * 24 * 3600
LARGEST = 300_000
"""Characters of all kept fields together."""
LARGEST_LOGIN = 600_000
"""Bytes of a log-in form with kept fields."""
_NOT_KEPT = ("csrf", READER, FIELD, "shown")


@dataclass(frozen=True)
class Kept:
    """The form that a reader (their id) sent too late: where it goes, the page that it was on, its fields,
    and the names of its files, which can't be kept."""

    reader: int
    path: str
    page: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the fields are too long to be kept."""
        return sum(len(name) + len(value) for name, value in self.fields) > LARGEST

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The fields that a person wrote: all but the pressed button and what is empty."""
        return tuple((name, value) for name, value in self.fields if name != "do" and value.strip())

    def sign(self) -> str:
        """These values for a hidden field."""
        return str(_signer(FIELD).dumps(asdict(self)))


def reader_field() -> Markup:
    """The hidden input with the reader of the form; empty if nobody is logged in."""
    if g.get("me") is None:
        return Markup()
    value = str(_signer(READER).dumps(g.me.id))
    return Markup('<input type="hidden" name="{}" value="{}">').format(READER, value)


def size_token() -> str:
    """For the address of a form that may be large: shows that it was made for somebody who had logged in.
    It says nothing else, since an address may be copied."""
    return str(_signer(SIZE).dumps(""))


def had_login() -> bool:
    """Whether the address of this request holds a token of size_token()."""
    return _load(SIZE, request.args.get(SIZE, "")) is not None


def from_form() -> Kept | None:
    """What this request's form holds, None if it was not made by this site for a reader."""
    reader = _load(READER, request.form.get(READER, ""))
    if type(reader) is not int:
        return None
    fields = [(n, v) for n, v in request.form.items(multi=True) if n not in _NOT_KEPT and "password" not in n]
    files = [file.filename for file in request.files.values() if file.filename]
    return Kept(reader, request.path, page_before(), tuple(fields), tuple(files))


def load(value: str) -> Kept | None:
    """The kept form in this hidden field of the log-in page, None if it is not valid."""
    plain = _load(FIELD, value)
    if not isinstance(plain, dict):
        return None
    fields = tuple((str(name), str(text)) for name, text in plain["fields"])
    return Kept(plain["reader"], plain["path"], plain["page"], fields, tuple(plain["files"]))


def page_before() -> str:
    """The path of the page of this site that sent this request, "" if that is not known."""
    parts = urlsplit(request.referrer or "")
    path = parts.path
    ours = parts.netloc == request.host and path.startswith("/") and not path.startswith("//")
    return path if ours and path.isprintable() and "\\" not in path else ""


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(str, current_app.secret_key), salt=f"gradecheck {purpose}")


def _load(purpose: str, value: str) -> Any:
    try:
        return _signer(purpose).loads(value, max_age=LONGEST_S) if value else None
    except BadData:
        return None
