"""A student's source code with line numbers, highlighted with CSS classes only.

Our own scanner finds the three kinds of token that have a colour; its time is proportional to the
length of any text. (Pygments took 87 s for 100 kB of `f'{`, measured; anybody may upload that.)
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from web.text import plain

TOKEN = re.compile(
    r"""(?P<cm>\#[^\n]*)
      | (?P<open>(?:[rbuf]|rb|br|rf|fr)?(?P<quote>\"{3}|'{3}|"|'))
      | (?P<word>[^\W\d]\w*)
      | (?P<rest>\d\w*|[^\w\#"']+)""",
    re.VERBOSE | re.IGNORECASE,
)
CLOSING = {
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"?', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+'?", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+(?:""")?', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*+(?:''')?", re.DOTALL),
}
"""Matches from after the opening quote to after the closing one, or to where an unclosed string ends."""
MOST_LINES = 5_000
"""Lines shown of one file; more would make the page slow, and the file itself can be downloaded."""
MOST_CHARACTERS = 400_000
"""Characters shown of all files of one page together."""
COLOURED = frozenset(keyword.kwlist)


@dataclass(frozen=True)
class SourceLine:
    """One line: its number and its marked-up text."""

    number: int
    html: Markup


def source_lines(text: str, python: bool = True, most: int = MOST_CHARACTERS) -> tuple[SourceLine, ...]:
    """The first `MOST_LINES` lines within the first `most` characters of `text`, cleaned by `plain` and
    escaped; Python is coloured."""
    text = _whole_lines(text, most)
    cleaned = "\n".join(plain(text.removeprefix("\ufeff")).rstrip("\n").split("\n", MOST_LINES)[:MOST_LINES])
    lines: list[list[str]] = [[]]
    for kind, value in _tokens(cleaned) if python else iter([("", cleaned)]):
        for at, piece in enumerate(value.split("\n")):
            if at:
                lines.append([])
            safe = str(escape(piece))
            lines[-1].append(f'<span class="{kind}">{safe}</span>' if kind and piece else safe)
    return tuple(SourceLine(at, Markup("".join(line))) for at, line in enumerate(lines, start=1))


def _whole_lines(text: str, most: int) -> str:
    """The lines that fit into the first `most` characters; a part of the first one if that is longer."""
    if len(text) <= most:
        return text
    return text[: text.rfind("\n", 0, most) + 1] or text[:most]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(class or "", text) of every token; the texts joined are `text`."""
    at = 0
    while token := TOKEN.match(text, at):
        end, kind = token.end(), ""
        if token.lastgroup == "cm":
            kind = "cm"
        elif quote := token.group("quote"):
            kind = "st"
            end = CLOSING[quote].match(text, end).end()  # type: ignore[union-attr]  # it also matches ""
        elif token.group() in COLOURED:
            kind = "kw"
        yield kind, text[at:end]
        at = end
    yield "", text[at:]
