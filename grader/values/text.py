"""Text that came from a student or an instructor, made harmless to keep and to show."""

from __future__ import annotations

import re

_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Control characters but tab and newline, and the marks that turn the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def storable(text: str, most: int = 65_536) -> str:
    """The text without NUL and lone surrogates, which databases and UTF-8 refuse, at most
    `most` characters of it; what was cut is said at the end."""
    kept = _SURROGATES.sub("\ufffd", text[:most]).replace("\x00", "\u2400")
    return kept if len(text) <= most else f"{kept}\n[{len(text) - most} more characters cut]"


def displayable(text: str) -> str:
    """The text with control characters spelt out (`\\x1b`), for terminals, logs and pages."""
    return _CONTROLS.sub(_spell, storable(text, len(text)).replace("\r\n", "\n"))


def one_line(text: str, most: int = 200) -> str:
    """The text on one line, for tables, file names and log lines."""
    flat = displayable(text).replace("\n", "\\n").replace("\t", " ")
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def has_controls(text: str) -> bool:
    """Whether a text that should be a plain line holds control or direction characters."""
    return bool(_CONTROLS.search(text) or _SURROGATES.search(text) or "\n" in text or "\t" in text)


def _spell(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
