"""Why `grader up` ends.

LocalError
|-- UpError         it can't go on
`-- StopRequested   Ctrl-C or SIGTERM
"""

from __future__ import annotations


class LocalError(Exception):
    """`grader up` ends."""


class UpError(LocalError):
    """Why `grader up` can't go on, in one line for the user."""


class StopRequested(LocalError):
    """The user pressed Ctrl-C, or SIGTERM was sent."""
