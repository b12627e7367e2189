"""A formula as SVG text: every part has its own place, so that the bars stand over their letters."""

from __future__ import annotations

from markupsafe import Markup

from web.render.formulas import Symbol, parts
from web.render.pictures.svg import tag

SIZE = 13.0
NARROW, WIDE, CAPITAL = frozenset("ijltfr"), frozenset("mwM"), frozenset("½W")
SIGNS = {" ": 0.22, "(": 0.33, ")": 0.33, "‖": 0.4, "∘": 0.5, "·": 0.3, "=": 0.65, "+": 0.65, "−": 0.65}


def formula(x: float, y: float, text: str, class_: str = "sym-s s-2") -> Markup:
    """The formula, centred at x on the line y."""
    pieces = list(parts(text))
    at = x - sum(map(_width, pieces)) / 2
    spans, bars = [], Markup()
    for piece in pieces:
        spans.append(_spans(piece, at, y))
        if isinstance(piece, Symbol) and piece.barred:
            tall = piece.base.isupper() or piece.base in "bdfhklt"
            line = f"M{at + 1.2:.1f} {y - (11.4 if tall else 8.4):.1f}h{SIZE * _em(piece.base) - 1.2:.1f}"
            bars += tag("path", class_="over" + (" f" if "s-fail" in class_ else ""), d=line)
        at += _width(piece)
    return tag("text", Markup("").join(spans), class_=class_) + bars


def _spans(piece: Symbol | str, at: float, y: float) -> Markup:
    if isinstance(piece, str):
        return tag("tspan", piece, x=at, y=y)
    drawn, right = tag("tspan", piece.base, x=at, y=y), at + SIZE * _em(piece.base) + 0.4
    if piece.below:
        drawn += tag("tspan", piece.below, x=right, y=y + 3, font_size=9)
    if piece.above:
        drawn += tag("tspan", piece.above, x=right + 1, y=y - 4, font_size=9)
    return drawn


def _width(piece: Symbol | str) -> float:
    if isinstance(piece, str):
        return SIZE * sum(map(_em, piece))
    index = max(len(piece.below), len(piece.above))
    return SIZE * _em(piece.base) + (5.0 * index + 1.5 if index else 0.5)


def _em(letter: str) -> float:
    """The width of a letter in the italic text face, in units of its size."""
    if letter in SIGNS:
        return SIGNS[letter]
    if letter in NARROW:
        return 0.3
    return 0.72 if letter in WIDE else 0.82 if letter in CAPITAL else 0.62 if letter.isupper() else 0.5
