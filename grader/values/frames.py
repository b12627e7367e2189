"""Keeps our own files and this machine's folders out of what a student's program printed or raised."""

from __future__ import annotations

import re

_FRAME = re.compile(
    r'^(?P<blank>[ \t]*(?:\| )?)File "(?:/[^"\n]*|<frozen [^"\n]*|<string>)", line \d+(?:, in [^\n]*)?\n'
    r"(?:(?P=blank)  [^\n]*\n)*",
    re.M,
)
_WARNING = re.compile(r"^/[^\s:]*:\d+: (?=\w*Warning\b)([^\n]*\n?)(?:  (?! |File \")[^\n]*\n?)?", re.M)
_EMPTY = re.compile(r"^Traceback \(most recent call last\):\n(?=\S)", re.M)


def students_frames(text: str) -> str:
    """The text without the frames of tracebacks that are not a student's, and without the places of warnings:
    a student's files have names that don't begin with a slash."""
    whole = text if text.endswith("\n") else f"{text}\n"
    kept = _EMPTY.sub("", _FRAME.sub("", _WARNING.sub(r"\1", whole)))
    return kept if text.endswith("\n") else kept.removesuffix("\n")
