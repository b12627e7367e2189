"""The files that `grader grade` reads besides the submissions: a report whose draws it repeats, a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.cli.batch import Recorded

LARGEST_REPORT, LARGEST_SECRET = 256_000_000, 4096  # bytes


class Unreadable(Exception):
    """A file that an option names can't be used; the text says which, and why."""


def read_secret(path: str) -> bytes:
    """The assignment's secret in this file, without white space around it. Raises Unreadable."""
    secret = _read("--secret-file", path, LARGEST_SECRET).strip()
    if not secret:
        raise Unreadable(f"--secret-file {path} is empty")
    return secret


def read_draws(path: str) -> list[Recorded]:
    """The draws of every report in a file that --json wrote. Raises Unreadable."""
    text = _read("--replay", path, LARGEST_REPORT)
    if not text.strip():
        raise Unreadable(f"--replay {path} is empty; expected: a file that `grader grade --json` wrote")
    try:
        data = json.loads(text)
        return [_recorded(report) for report in (data if isinstance(data, list) else [data])]
    except json.JSONDecodeError as error:
        raise Unreadable(f"--replay {path} is not JSON: line {error.lineno}: {error.msg}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable(
            f"--replay {path} is not a report; expected: a file that `grader grade --json` wrote"
        ) from None


def _recorded(report: dict[str, Any]) -> Recorded:
    from grader.cli.batch import Recorded

    files = frozenset(file["sha256"] for file in report["files"])
    return Recorded(files, {result["id"]: int(result["key"], 16) for result in report["results"]})


def _read(option: str, path: str, most: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(
            f"{option} {path} can't be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    if len(data) > most:
        raise Unreadable(f"{option} {path} has more than {most} bytes")
    return data
