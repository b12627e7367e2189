"""The messages of results that have no verdict by the course's fault or ours."""

from __future__ import annotations

from grader.values import Cause

AGAIN = "Our fault, not yours: this test is being graded again. Your submission keeps its place and time."
PACK = (
    "Not your fault: the test itself stopped with an error. The course's staff is notified; nothing is lost."
)


def internal_message(cause: Cause | None) -> str:
    """The message that a student reads where a verdict is INTERNAL."""
    return PACK if cause is Cause.PACK else AGAIN
