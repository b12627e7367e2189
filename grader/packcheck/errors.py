"""The exceptions that end a pack check, or a part of it, early.

PackcheckError
|-- Ungraded        the runner could not grade: nothing is known about the pack
|-- OutOfTime       the whole check took too long
`-- MutantCaught    a test failed a changed solution, so the other tests need not run
"""

from __future__ import annotations


class PackcheckError(Exception):
    """A pack check, or a part of it, ends early."""


class Ungraded(PackcheckError):
    """The runner could not grade: nothing is known about the pack; try again."""


class OutOfTime(PackcheckError):
    """The whole check took longer than it may."""


class MutantCaught(PackcheckError):
    """A test failed the mutant, or the solution that returns zeros. `stopped` says why, if the test stopped
    with an error of its own; else ""."""

    def __init__(self, stopped: str = "") -> None:
        super().__init__(stopped)
        self.stopped = stopped
