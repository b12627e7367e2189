"""Configures logging once, at the start of a process: the stream and the format."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from enum import StrEnum
from typing import TextIO

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


def configure(form: Format, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write all log records of this process, also of libraries, in this format, from `level` up."""
    root = logging.getLogger()
    for handler in [old for old in root.handlers if isinstance(old, Output)]:
        root.removeHandler(handler)
    root.addHandler(Output(form, stream))
    root.setLevel(level)
    logging.captureWarnings(True)


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
