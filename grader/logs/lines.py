"""Formats a log record as exactly one line: text for people, or a JSON object."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.logs.errors import error_name, places
from grader.values import text as values_text

VALUE_KEPT = 300
MESSAGE_KEPT = 2000
_PLAIN = re.compile(r"[\w./:@+-]+", re.ASCII)


def one_line(text: str, most: int = 200) -> str:
    """The text on one line; characters that can't be seen are escaped too."""
    flat = values_text.one_line(text, most)
    return flat if flat.isprintable() else "".join(map(_visible, flat))


def _visible(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def cleaned(value: object) -> Any:
    """The value as JSON values; strings are on one line, with control characters escaped."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {one_line(str(key)): cleaned(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [cleaned(part) for part in value]
    return one_line(str(value), VALUE_KEPT)


def event_text(name: str, fields: Mapping[str, object]) -> str:
    """`name key=value ...`; a value that is not one plain word is written as JSON."""
    return " ".join([name, *(f"{key}={_word(cleaned(value))}" for key, value in fields.items())])


def _word(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def text_line(record: logging.LogRecord, id: str) -> str:
    """`time LEVEL event key=value ...`, or `time LEVEL logger: message` for messages of libraries."""
    head = f"{_time(record)} {record.levelname}"
    if hasattr(record, "event"):
        return f"{head} {record.getMessage()}"
    fields = event_text("", {**({"id": id} if id else {}), **_error(record)})
    return f"{head} {one_line(record.name)}: {one_line(_message(record), MESSAGE_KEPT)}{fields}"


def json_line(record: logging.LogRecord, id: str) -> str:
    """One JSON object; messages of libraries have the event "log"."""
    fields = getattr(record, "fields", None)
    if fields is None:
        message = one_line(_message(record), MESSAGE_KEPT)
        fields = {**({"id": id} if id else {}), "logger": record.name, **_error(record)}
        body = {**cleaned(fields), "message": message}
    else:
        body = cleaned(fields)
    head = {"time": _time(record), "level": record.levelname, "event": getattr(record, "event", "log")}
    return json.dumps({**head, **body})


def _message(record: logging.LogRecord) -> str:
    """The message of a library, also if its arguments don't fit it."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(record: logging.LogRecord) -> dict[str, object]:
    error = record.exc_info[1] if record.exc_info else None
    return {} if error is None else {"error": error_name(error), "at": places(error)}
