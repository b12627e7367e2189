"""What is said of one mistake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`clause` completes "what one gets when ...", `question` leads to the fix. Both have the names of a
    diagnosis' facts in braces. `of` says what equals it: the gradients, the values, the loss."""

    clause: str
    question: str
    of: str = "gradients"
