"""Sentences of our own that stand in reports, in the words of the house."""

from __future__ import annotations

from grader.values import Cause

AGAIN = "Ours, not yours: this is being graded again. Your place and time are kept."
PACK = "Ours, not yours: the test itself stopped, and the course's staff is told. Nothing is lost."


def ours_sentence(cause: Cause | None) -> str:
    """What a student reads where a verdict is INTERNAL."""
    return PACK if cause is Cause.PACK else AGAIN
