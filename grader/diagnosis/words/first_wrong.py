"""The one sentence that a diagnosis and its shortened form share."""

from __future__ import annotations


def first_wrong(signal: str) -> str:
    """The sentence about the first wrong error signal; it names no mistake."""
    if not signal:
        return "It is not known which error signal is wrong first."
    return f"{signal} is the first error signal that is wrong."
