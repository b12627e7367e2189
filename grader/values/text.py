"""Makes texts of students and instructors safe to store and to show."""

from __future__ import annotations

import re

_BEGINNING = re.compile(r"(^|[.?] )([te])(?=he |ntry )")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Characters that nobody sees, so that a text could be another one than it seems: controls except tab and
# newline, what changes the direction of writing, breaks lines, joins, or has no width; fillers, tags, and the
# variation selectors except those of text and emoji style.
_JOINERS = "\u200c\u200d"
_UNSEEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    r"\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROLS = re.compile(f"[{_UNSEEN}]")
_HIDDEN = re.compile(f"[{_UNSEEN}{_JOINERS}]")


def storable(text: str, most: int = 65_536) -> str:
    """The text without NUL and lone surrogates, which databases and UTF-8 refuse, at most
    `most` characters; if it was cut, a note at the end says so."""
    stored = _SURROGATES.sub("\ufffd", text[:most]).replace("\x00", "\u2400")
    return stored if len(text) <= most else f"{stored}\n[{len(text) - most} more characters cut]"


def displayable(text: str) -> str:
    """The text with control characters and what can't be seen escaped (`\\x1b`, `\\u200b`), for
    terminals, logs and pages."""
    return _HIDDEN.sub(_escaped, storable(text, len(text)).replace("\r\n", "\n"))


def one_line(text: str, most: int = 200) -> str:
    """The text on one line, for tables, file names and log lines."""
    flat = displayable(text).replace("\n", "\\n").replace("\t", " ")
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def with_capitals(text: str) -> str:
    """The text with a capital letter where a sentence begins with "the" or "entry"; names keep theirs."""
    return _BEGINNING.sub(lambda match: f"{match[1]}{match[2].upper()}", text)


def has_controls(text: str) -> bool:
    """Whether a text that should be one plain line contains characters that nobody sees. The joiners that
    some languages are written with are allowed."""
    return bool(_CONTROLS.search(text) or _SURROGATES.search(text) or "\n" in text or "\t" in text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
