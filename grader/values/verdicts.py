"""What becomes of a test, whose fault it is, who may see it, and how jobs are isolated."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What became of one test. All but INTERNAL are the student's; INTERNAL is ours."""

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
