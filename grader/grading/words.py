"""The messages of results that have no verdict by the course's fault or ours."""

from __future__ import annotations

from grader.values import Cause

SYSTEM = "Our fault, not yours: this test could not be graded. Your submission and its time are kept."
PACK = (
    "Not your fault: the test itself stopped with an error. The course's staff can see it; nothing is lost."
)


def internal_message(cause: Cause | None) -> str:
    """The message that a student reads where a verdict is INTERNAL."""
    return PACK if cause is Cause.PACK else SYSTEM
