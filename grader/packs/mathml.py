"""TeX formulas as MathML: only known elements, only known attributes, all text escaped."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from grader.packs.errors import FormulaError
from grader.packs.tex.formula import formula

_ELEMENTS = """
    math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot
    mtable mtr mtd mstyle mphantom"""
_ATTRIBUTES = """
    display stretchy symmetric accent accentunder form width lspace rspace minsize maxsize displaystyle
    scriptlevel linethickness columnalign rowspacing columnspacing mathvariant movablelimits notation"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
LONGEST = 2_000  # characters of one formula


def to_mathml(tex: str, block: bool = False) -> str:
    """The formula as a <math> element with its TeX as the label. FormulaError says what can't be
    shown."""
    if len(tex) > LONGEST:
        raise FormulaError(f"has more than {LONGEST} characters")
    display = "block" if block else "inline"
    top = Element("math", {"display": display, "xmlns": "http://www.w3.org/1998/Math/MathML"})
    top.set("alttext", " ".join(tex.split()))
    top.extend(formula(tex))
    return tostring(top, encoding="unicode")
