"""What ends a pack check, or a part of it, before its end.

PackcheckError
|-- Unanswered    the runner could not grade: nothing is said about the pack
`-- Noticed       a test failed a mutant, so that no further test has to
"""

from __future__ import annotations


class PackcheckError(Exception):
    """A pack check, or a part of it, goes no further."""


class Unanswered(PackcheckError):
    """The runner could not grade: nothing is said about the pack, try again."""


class Noticed(PackcheckError):
    """A test failed the mutant; `by_itself` says why, if the test stopped instead."""

    def __init__(self, by_itself: str = "") -> None:
        super().__init__(by_itself)
        self.by_itself = by_itself
