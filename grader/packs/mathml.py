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
# What browsers leave out of MathML, for a page without our style sheets; web/static/ground.css has it too.
STYLE = """
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math; }
mtd[columnalign=left] { text-align: left; text-align: -webkit-left; }
mtd[columnalign=right] { text-align: right; text-align: -webkit-right; }
mtable[columnspacing="0em"] > mtr > mtd { padding-inline: 0; }
mtable[rowspacing="0em"] > mtr > mtd { padding-block: .12em; }
mspace[rspace="-0.167em"] { margin-inline-end: -.167em; }
mrow[notation=top] { border-top: .06em solid; padding-top: .12em; }
mrow[notation=bottom] { border-bottom: .06em solid; padding-bottom: .12em; }
mrow[notation=box] { border: .06em solid; padding: .2em .25em; }
mtext[mathvariant=bold] { font-family: serif; font-weight: bold; }
mtext[mathvariant=italic] { font-family: serif; font-style: italic; }
mtext[mathvariant=monospace] { font-family: monospace; }
"""
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
