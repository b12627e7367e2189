"""A student's source, highlighted with classes alone and numbered line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, String, _TokenType

from web.text import plain

MOST_HIGHLIGHTED = 100_000
"""Characters; longer sources are shown without colours, so that no upload costs much here."""

CLASSES: tuple[tuple[_TokenType, str], ...] = ((Comment, "cm"), (String, "st"), (Keyword, "kw"))


@dataclass(frozen=True)
class SourceLine:
    """One line: its number and its marked-up text."""

    number: int
    html: Markup


def source_lines(text: str, python: bool = True) -> tuple[SourceLine, ...]:
    """The lines of `text`, cleaned by `plain` and escaped; Python is coloured."""
    cleaned = plain(text.removeprefix("\ufeff"))
    if python and len(cleaned) <= MOST_HIGHLIGHTED:
        lines = _coloured(cleaned)
    else:
        lines = [Markup("{}").format(line) for line in cleaned.split("\n")]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return tuple(SourceLine(number, line) for number, line in enumerate(lines, start=1))


def _coloured(text: str) -> list[Markup]:
    lines = [Markup()]
    for kind, value in _tokens(text):
        for at, piece in enumerate(value.split("\n")):
            if at:
                lines.append(Markup())
            if piece:
                lines[-1] += Markup('<span class="{}">{}</span>').format(kind, piece) if kind else piece
    return lines


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(CSS class or "", text) of every token."""
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        yield next((name for family, name in CLASSES if kind in family), ""), value
