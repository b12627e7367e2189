"""Verdicts of tests, causes of INTERNAL ones, visibility of tests, and modes of isolation."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The verdict of one test. INTERNAL means a fault of ours or of the pack, never the student's."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    REFUSED = "refused"
    INTERNAL = "internal"


class Cause(StrEnum):
    """Whose fault an INTERNAL verdict is: the system's (retried) or the pack's (not)."""

    SYSTEM = "system"
    PACK = "pack"


class Visibility(StrEnum):
    """Whether students see a test's result at once, or only after release."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Mode(StrEnum):
    """How strongly jobs are isolated, weakest first; see docs/security.md."""

    UNPRIVILEGED = "unprivileged"
    CONTAINER = "container"
    FULL = "full"

    @property
    def strength(self) -> int:
        return list(Mode).index(self)
