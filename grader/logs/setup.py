"""Where lines go and how they look, chosen once at a process's start."""

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
    """How a line looks."""

    TEXT = "text"
    JSON = "json"


class Output(logging.Handler):
    """Writes every record as one line to the stream, by default standard error as it is at that moment."""

    def __init__(self, form: Format, stream: TextIO | None = None) -> None:
        super().__init__()
        self._line = json_line if form is Format.JSON else text_line
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write it. A stream that is closed or full must not end what was going on."""
        with contextlib.suppress(Exception):
            stream = self._stream or sys.stderr
            stream.write(self._line(record, bound_id()) + "\n")
            stream.flush()


def configure(form: Format, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Have all that this process logs, libraries too, written in this form, and nothing below `level`."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, Output)]:
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
        help=f"how log lines look (default: {VARIABLE}, else text)",
    )


def from_environment() -> Format:
    """The form that GRADECHECK_LOG_FORMAT names, else text; for a process without options."""
    named = os.environ.get(VARIABLE, "")
    return Format(named) if named in list(Format) else Format.TEXT


def _format(text: str) -> Format:
    try:
        return Format(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no log format; text and json are") from None
