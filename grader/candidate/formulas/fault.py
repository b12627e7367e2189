"""Messages about a place in a formula that the grammar can't read."""

from __future__ import annotations

import unicodedata

WIDEST = 90  # characters of a line that an excerpt shows


class FormulaFault(Exception):
    """A line can't be read: `message` is a sentence for the student, `column` (from 0) the place."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def excerpt(line: str, column: int) -> str:
    """The line with a caret under the column; of a long line, only the part around the column."""
    start = max(0, column - WIDEST // 2)
    shown = "".join(_plain(c) for c in line[start : start + WIDEST]).rstrip()
    before = "".join(_plain(c) for c in line[start:column])
    return f"    {shown}\n    {' ' * sum(not unicodedata.combining(c) for c in before)}^"


def spelt(character: str) -> str:
    """A character as a message shows it: the character and its Unicode name."""
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return f"`{character}` ({name})" if character.isprintable() else f"An invisible character ({name})"


def _plain(character: str) -> str:
    if character == "\t":
        return " "
    return character if character.isprintable() or unicodedata.combining(character) else "\ufffd"
