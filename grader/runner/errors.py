"""Why a runner does not grade; what its sandbox raises is in `grader.sandbox.errors`.

NotGraded
|-- PackFault     the pack's own code is at fault
|   `-- BadPack   the pack's files break a rule before any code of it runs
|-- Cancelled     nobody waits for the grading any more
`-- NoRunner      a runner of one's own did not start
"""

from __future__ import annotations


class NotGraded(Exception):
    """No grading came of it."""


class PackFault(NotGraded):
    """The pack's own code crashed, hung or did what is forbidden; the text is for its author."""


class BadPack(PackFault):
    """A pack's frame broke a rule; the text says which."""


class Cancelled(NotGraded):
    """Whoever asked for the grading is gone."""


class NoRunner(NotGraded):
    """The runner did not start; the text is its own."""
