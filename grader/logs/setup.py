"""Configures logging once, at the start of a process: the stream and the format."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import threading
from enum import StrEnum
from typing import Any, TextIO

from grader.logs.emit import bound_id
from grader.logs.lines import json_line, text_line

VARIABLE = "GRADECHECK_LOG_FORMAT"


class Format(StrEnum):
    """The format of log lines."""

    TEXT = "text"
    JSON = "json"


class Output(logging.Handler):
    """Writes every record as one line to the stream; by default to the current sys.stderr."""

    def __init__(self, form: Format, stream: TextIO | None = None) -> None:
        super().__init__()
        self._line = json_line if form is Format.JSON else text_line
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record. A stream that is closed or full must not stop the program."""
        with contextlib.suppress(Exception):
            stream = self._stream or sys.stderr
            stream.write(self._line(record, bound_id()) + "\n")
            stream.flush()


class LineFormatter(logging.Formatter):
    """Formats for handlers that are not ours, such as Flask's in a process without `configure`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of text, without a traceback."""
        return text_line(record, bound_id())


def configure(form: Format, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write all log records of this process, also of libraries, in this format, from `level` up. Exceptions
    that nobody catches are such records too: Python would print their text, which may be anybody's."""
    root = logging.getLogger()
    for handler in [old for old in root.handlers if isinstance(old, Output)]:
        root.removeHandler(handler)
    root.addHandler(Output(form, stream))
    root.setLevel(level)
    logging.captureWarnings(True)
    _log_uncaught()


def _log_uncaught() -> None:
    """Replace Python's own hooks; those of others, such as pytest's, stay."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    logging.getLogger("python").critical("an exception ended the program", exc_info=error)


def _uncaught_in_thread(unhandled: threading.ExceptHookArgs) -> None:
    if not isinstance(unhandled.exc_value, SystemExit):
        name = unhandled.thread.name if unhandled.thread else "?"
        logging.getLogger("python").error("an exception ended thread %s", name, exc_info=unhandled.exc_value)


def _unraisable(unraisable: Any) -> None:
    logging.getLogger("python").error("an exception was ignored", exc_info=unraisable.exc_value)


def add_option(parser: argparse.ArgumentParser) -> None:
    """The option --log-format; its default is the variable GRADECHECK_LOG_FORMAT, else text."""
    parser.add_argument(
        "--log-format",
        type=_format,
        default=os.environ.get(VARIABLE) or Format.TEXT,
        metavar="{text,json}",
        help=f"format of log lines (default: {VARIABLE}, else text)",
    )


def from_environment() -> Format:
    """The format in GRADECHECK_LOG_FORMAT, else text; for a process without options."""
    named = os.environ.get(VARIABLE, "")
    return Format(named) if named in list(Format) else Format.TEXT


def _format(text: str) -> Format:
    try:
        return Format(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a log format; use text or json") from None
