"""Makes texts of students and instructors safe to store and to show."""

from __future__ import annotations

import re

_BEGINNING = re.compile(r"(^|[.?] )([te])(?=he |ntry )")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Control characters except tab and newline, and characters that change the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def storable(text: str, most: int = 65_536) -> str:
    """The text without NUL and lone surrogates, which databases and UTF-8 refuse, at most
    `most` characters; if it was cut, a note at the end says so."""
    stored = _SURROGATES.sub("\ufffd", text[:most]).replace("\x00", "\u2400")
    return stored if len(text) <= most else f"{stored}\n[{len(text) - most} more characters cut]"


def displayable(text: str) -> str:
    """The text with control characters escaped (`\\x1b`), for terminals, logs and pages."""
    return _CONTROLS.sub(_escaped, storable(text, len(text)).replace("\r\n", "\n"))


def one_line(text: str, most: int = 200) -> str:
    """The text on one line, for tables, file names and log lines."""
    flat = displayable(text).replace("\n", "\\n").replace("\t", " ")
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def with_capitals(text: str) -> str:
    """The text with a capital letter where a sentence begins with "the" or "entry"; names keep theirs."""
    return _BEGINNING.sub(lambda match: f"{match[1]}{match[2].upper()}", text)


def has_controls(text: str) -> bool:
    """Whether a text that should be one plain line contains control or direction characters."""
    return bool(_CONTROLS.search(text) or _SURROGATES.search(text) or "\n" in text or "\t" in text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
