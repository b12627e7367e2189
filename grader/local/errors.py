"""Why `grader up` ends.

LocalError
|-- UpError    it can't go on
`-- Stopped    it was asked to
"""

from __future__ import annotations


class LocalError(Exception):
    """`grader up` ends."""


class UpError(LocalError):
    """Why `grader up` can't go on: one line for whoever started it."""


class Stopped(LocalError):
    """Somebody pressed Ctrl-C or sent SIGTERM."""
