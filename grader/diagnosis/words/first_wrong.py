"""The one sentence that a diagnosis and its shortened form share."""

from __future__ import annotations


def first_wrong(signal: str) -> str:
    """What is said of an error signal alone, without naming a mistake."""
    if not signal:
        return "The gradients depart; which error signal departs first is not known."
    return f"{signal} is the first error signal to depart."
