"""Letters and signs: the parts of a formula that contain no other."""

from __future__ import annotations

from dataclasses import replace

from grader.packs.errors import FormulaError
from grader.packs.tex.alphabets import in_alphabet
from grader.packs.tex.atoms import Atom, element, operator
from grader.packs.tex.symbols import SYMBOLS
from grader.packs.tex.tokens import Token

_THICK = "0.278em"
_NONE = {"lspace": "0em", "rspace": "0em"}


def letter(token: Token, sign: str, kind: str, alphabet: str) -> Atom:
    """One letter in the alphabet of a command such as \\mathbf; without one ("") italic, but a capital Greek
    letter and a sign are upright. Raises FormulaError if the alphabet lacks it."""
    shown = in_alphabet(alphabet, sign, token.at) if alphabet else sign
    upright = shown == sign and (bool(alphabet) or kind in ("capital", "upright"))
    return Atom("ord", element("mi", text=shown, **({"mathvariant": "normal"} if upright else {})))


def symbol(token: Token, known: tuple[str, str], alphabet: str, ahead: Token) -> Atom:
    """The atom of a command or character of `symbols`; `ahead` comes behind it and decides how high dots
    are. Raises FormulaError if it has no form in the alphabet."""
    kind, sign = known
    if kind in ("italic", "capital") or sign == "∇":
        return letter(token, sign, kind, alphabet)
    if alphabet not in ("", r"\mathrm"):
        raise FormulaError(
            f"{alphabet} has no form of {token.text}; write {token.text} outside of it", token.at
        )
    if kind == "upright":
        between = token.text == r"\dots" and SYMBOLS.get(ahead.text, ("", ""))[0] in ("bin", "rel")
        return Atom("ord", element("mi", text="⋯" if between else sign, mathvariant="normal"))
    return _operator(kind, sign)


def _operator(kind: str, sign: str) -> Atom:
    if kind == "open":
        return operator("open", sign, stretchy="false", form="prefix")
    if kind == "close":
        return operator("close", sign, stretchy="false", form="postfix")
    if kind in ("big", "integral"):
        return replace(operator("big", sign), limits="display" if kind == "big" else "never")
    if kind == "named":
        return Atom("named", element("mi", text=sign))
    if kind == "named_big":
        return replace(operator("named", sign, movablelimits="true", **_NONE), limits="display")
    if kind == "punct":
        return (
            operator("punct", sign, lspace="0em", rspace=_THICK) if sign == ":" else operator("punct", sign)
        )
    if sign == ":":  # browsers take it for a mark behind a word
        return operator("rel", sign, lspace=_THICK, rspace=_THICK)
    return operator("bin" if kind == "bin" else "rel", sign)
