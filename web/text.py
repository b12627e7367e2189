"""Text from strangers made fit for a page, on top of `grader.values.text`."""

from __future__ import annotations

import re
import unicodedata

from grader.values import text as house

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""Escape sequences of terminals: colours, cursor moves, window titles."""


def plain(text: str) -> str:
    """`text` without terminal sequences; other control and direction marks are spelt out."""
    return house.displayable(ANSI.sub("", text))


def one_line(text: str, most: int = 200) -> str:
    """`plain` text on one line, at most `most` characters, for names and titles."""
    return house.one_line(ANSI.sub("", text), most)


def file_name(name: str) -> str:
    """`name` as a download may be called: letters, digits, dots, dashes; never empty."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_name).lstrip("._")
    return safe[:80] or "file"
