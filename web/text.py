"""Makes untrusted text safe to show on a page, on top of `grader.values.text`."""

from __future__ import annotations

import re
import unicodedata

from grader.values import text as value_text

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""Escape sequences of terminals: colours, cursor moves, window titles."""


def plain(text: str) -> str:
    """`text` without terminal escape sequences; other control and direction characters are spelt out."""
    return value_text.displayable(ANSI.sub("", text))


def one_line(text: str, most: int = 200) -> str:
    """`plain` text on one line, at most `most` characters, for names and titles."""
    return value_text.one_line(ANSI.sub("", text), most)


def file_name(name: str) -> str:
    """`name` made safe for a download: only letters, digits, dots, dashes and underscores; never empty."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_name).lstrip("._")
    return safe[:80] or "file"
