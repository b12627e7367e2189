"""The tokens of a TeX formula."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(\\[A-Za-z]+\*?|\\.|.)", re.DOTALL)
_STARRED = frozenset({r"\operatorname*"})


@dataclass(frozen=True)
class Token:
    """A command with its backslash, or one character; `at` is its offset in the formula, `end` the offset
    behind it. `text` is "" at the formula's end."""

    text: str
    at: int
    end: int

    @property
    def is_command(self) -> bool:
        """Whether it begins with a backslash."""
        return self.text.startswith("\\")


def tokens_of(tex: str) -> list[Token]:
    """Every token of the formula, and one with an empty text at its end."""
    found = []
    position, end = 0, len(tex.rstrip())
    while position < end:
        match = _TOKEN.match(tex, position)
        assert match is not None  # `.` takes any character
        text, at = match[1], match.start(1)
        if text.endswith("*") and text.startswith("\\") and len(text) > 2 and text not in _STARRED:
            text = text[:-1]
        position = at + len(text)
        found.append(Token(text, at, position))
    return [*found, Token("", len(tex), len(tex))]
