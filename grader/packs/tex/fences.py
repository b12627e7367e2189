"""Brackets and lines that grow: \\left and \\right, \\big."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from grader.packs.errors import FormulaError
from grader.packs.tex.atoms import Atom, Kind, element, grouped, row
from grader.packs.tex.parser import Parser
from grader.packs.tex.symbols import DELIMITERS
from grader.packs.tex.tokens import Token

_OPENING, _CLOSING = "([{⟨⌈⌊", ")]}⟩⌉⌋"


def _delimiter(parser: Parser, command: Token) -> str:
    token = parser.take()
    if token.text not in DELIMITERS:
        rule = f"{command.text} needs a bracket or a line behind it, not {token.text or 'the end'}"
        raise FormulaError(rule, command.at)
    return DELIMITERS[token.text]


def _fence(sign: str, form: str, **attributes: str) -> list[Element]:
    if not sign:
        return []
    return [element("mo", text=sign, stretchy="true", symmetric="true", form=form, **attributes)]


def between(parser: Parser, command: Token) -> Atom:
    """What is between \\left and \\right, with both; they are as high as it is."""
    parts = _fence(_delimiter(parser, command), "prefix")
    parts += row(parser.atoms(), parser.tight)
    while parser.ahead.text == r"\middle":
        middle = parser.take()
        parts += _fence(_delimiter(parser, middle), "infix", lspace="0.15em", rspace="0.15em")
        parts += row(parser.atoms(), parser.tight)
    if parser.ahead.text != r"\right":
        raise FormulaError(r"has \left without its \right", command.at)
    parts += _fence(_delimiter(parser, parser.take()), "postfix")
    return Atom("ord", element("mrow", *parts))


def sized(size: str, side: str, parser: Parser, command: Token) -> Atom:
    """A bracket or line of this size, as \\bigl ("l"), \\bigr, \\bigm or \\big ("") write it."""
    sign = _delimiter(parser, command)
    side = side or ("l" if sign in _OPENING else "r" if sign in _CLOSING else "")
    kind: Kind = "open" if side == "l" else "close" if side == "r" else "rel" if side == "m" else "ord"
    form = {"l": "prefix", "r": "postfix"}.get(side, "infix")
    width = {"": "0em", "m": "0.278em"}.get(side)
    lines = {"lspace": width, "rspace": width} if width else {}
    return Atom(kind, grouped(_fence(sign, form, minsize=size, maxsize=size, **lines)))
