"""The texts for one mistake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`clause` completes "what you get when ...", `question` leads to the fix. Both contain the names of a
    diagnosis' facts in braces. `of` says what the mistake explains: the gradients, the values, the loss
    (then the clause is about "it"), or that loss and gradients, a pair, don't belong together."""

    clause: str
    question: str
    of: str = "gradients"
