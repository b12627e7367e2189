"""Reads the forms of requests; one that can't be read is refused with what is wrong with it."""

from __future__ import annotations

from typing import IO, Any, NoReturn

from flask import Request
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.formparser import FormDataParser

from web.text import one_line

KINDS = "multipart/form-data or application/x-www-form-urlencoded"
CUT = "This form ends before its end mark: it was cut off on its way. Nothing was stored; send it again."


class StrictParser(FormDataParser):
    """Werkzeug's parser, which leaves a form empty that it can't read. This one raises BadRequest,
    UnsupportedMediaType or RequestEntityTooLarge with a sentence for the sender."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None
    ) -> tuple[IO[bytes], Any, Any]:
        """(stream, fields, files) of the form. Raises as the class says."""
        if content_length == 0 or (content_length is None and not mimetype):
            raise BadRequest("This request is empty; the page's form is expected.")
        if mimetype == "multipart/form-data" and not (options or {}).get("boundary", ""):
            raise BadRequest(
                "This form can't be read: its Content-Type, multipart/form-data, has no boundary."
            )
        if mimetype not in KINDS.split(" or "):
            sent = f"is {one_line(mimetype, 80)}" if mimetype else "is missing"
            raise UnsupportedMediaType(f"The Content-Type of this request {sent}; a form is sent as {KINDS}.")
        self.silent = False
        opened: list[IO[bytes]] = []
        self.stream_factory = _recording(self.stream_factory, opened)
        try:
            return super().parse(stream, mimetype, content_length, options)
        except (HTTPException, ValueError) as error:
            for file in opened:
                file.close()
            self._refuse(error)

    def _refuse(self, error: Exception) -> NoReturn:
        """Raise the refusal that says what this error of Werkzeug's parser means."""
        try:
            raise error
        except ClientDisconnected:
            raise BadRequest(CUT) from None
        except RequestEntityTooLarge:
            raise RequestEntityTooLarge(self._too_large()) from None
        except ValueError:
            raise BadRequest(_reason(error)) from None

    def _too_large(self) -> str:
        fields, size = self.max_form_parts, self.max_form_memory_size
        return (
            f"A text in this form has more than {size} bytes, or the form has more than {fields} fields. "
            "Nothing was stored. Hand in a long text as a file."
        )


class StrictRequest(Request):
    """A request whose form is read by StrictParser."""

    form_data_parser_class = StrictParser

    @property
    def want_form_data_parsed(self) -> bool:
        """True also without a Content-Type, which StrictParser refuses by name."""
        return True


def _recording(make: Any, files: list[IO[bytes]]) -> Any:
    """The factory of files, which also lists those that it made."""

    def record(**facts: Any) -> IO[bytes]:
        files.append(make(**facts))
        return files[-1]

    return record


def _reason(error: Exception) -> str:
    """The sentence for this error of Werkzeug's parser."""
    if isinstance(error, UnicodeDecodeError):
        return (
            "A name in this form, perhaps a file's, is not UTF-8 text. Nothing was stored; rename the file "
            "and send it again."
        )
    if isinstance(error, UnicodeEncodeError):
        return "This form can't be read: the boundary in its Content-Type is not ASCII."
    if "Content-Disposition" in str(error):
        return "This form can't be read: one of its parts has no Content-Disposition."
    return CUT
