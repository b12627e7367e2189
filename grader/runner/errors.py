"""The exceptions of a runner that does not grade; those of its sandbox are in `grader.sandbox.errors`.

NotGraded
|-- PackFault     the pack's own code is at fault
|   |-- BadPack      the pack's files break a rule before any code of it runs
|   |-- OwnTimeUsed  a test used up its own processor time
|   `-- HostBroken   another grading broke the pack's process: a new one is needed
|-- Cancelled     the client of the grading is gone
`-- NoRunner      a private runner did not start
"""

from __future__ import annotations


class NotGraded(Exception):
    """Base of the reasons why a runner does not grade."""


class PackFault(NotGraded):
    """The pack's own code crashed, hung or broke a rule; the message is for its author."""


class BadPack(PackFault):
    """A pack's files broke a rule; the message says which."""


class OwnTimeUsed(PackFault):
    """A test itself, not the student's code, used more processor time than `limit_s`. Whose fault it is, a
    run with the solution decides: what a test computes may depend on what the student's code returned."""

    def __init__(self, message: str, limit_s: float) -> None:
        super().__init__(message)
        self.limit_s = limit_s


class HostBroken(PackFault):
    """A fork or a rehearsal of another grading failed in the pack's process: no grading may use it again,
    and the one that finds it so has lost nothing yet."""


class Cancelled(NotGraded):
    """The client that requested the grading is gone."""


class NoRunner(NotGraded):
    """The runner did not start; the message is its own output."""
