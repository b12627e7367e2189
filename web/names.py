"""Whether the reader marks without seeing the names of students, which their log-in remembers."""

from flask import session

_HIDDEN = "names_hidden"


def names_hidden() -> bool:
    """Whether the reader has hidden the names."""
    return bool(session.get(_HIDDEN))


def switch() -> None:
    """Hide the names, or show them, until the log-in ends."""
    session[_HIDDEN] = not names_hidden()
