"""TeX formulas as MathML: only known elements, only known attributes, all text escaped."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from latex2mathml import converter

from grader.packs.errors import FormulaError

_ELEMENTS = """
    math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot
    mtable mtr mtd mstyle menclose mpadded mphantom"""
_ATTRIBUTES = """
    display stretchy accent fence separator form width height depth lspace rspace minsize maxsize
    displaystyle scriptlevel linethickness columnalign rowspacing columnspacing columnlines rowlines
    mathvariant linebreak notation largeop movablelimits symmetric"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
_VALUE = re.compile(r"^[A-Za-z0-9 .+-]{1,60}$")
LONGEST = 2_000  # characters of one formula


def to_mathml(tex: str, block: bool = False) -> str:
    """The formula as a <math> element with its TeX as the label. FormulaError says what can't be
    shown."""
    if len(tex) > LONGEST:
        raise FormulaError(f"has more than {LONGEST} characters")
    if re.sub(r"\\[\\{}]", "", tex).count("{") != re.sub(r"\\[\\{}]", "", tex).count("}"):
        raise FormulaError("has { and } that do not match")
    try:
        display = "block" if block else "inline"
        element = converter.convert_to_element(tex, display=display)
        clean = _cleaned(element, _top(display, tex))
    except FormulaError:
        raise
    except (ParseError, RecursionError) as error:
        raise FormulaError(f"can't be read ({type(error).__name__})") from None
    except Exception as error:  # the converter's own errors share no class
        raise FormulaError(f"can't be read ({type(error).__name__} {error})".replace(" )", ")")) from None
    return tostring(clean, encoding="unicode")


def _top(display: str, tex: str) -> Element:
    top = Element("math", {"display": display, "xmlns": "http://www.w3.org/1998/Math/MathML"})
    top.set("alttext", " ".join(tex.split()))
    return top


def _cleaned(source: Element, target: Element) -> Element:
    """Copy what is allowed below `source` into `target`; FormulaError names what is not."""
    target.text = _text(source)
    for child in source:
        if child.tag not in ELEMENTS or child.tag == "math":
            raise FormulaError(f"uses something that MathML can't show here ({child.tag})")
        attributes = {k: v for k, v in child.attrib.items() if k in ATTRIBUTES and _VALUE.match(v)}
        _cleaned(child, SubElement(target, child.tag, attributes))
    return target


def _text(element: Element) -> str | None:
    """The element's characters; FormulaError if they are an unknown command."""
    text = html.unescape(element.text or "")
    if element.tag != "mtext" and re.match(r"\\[A-Za-z]+", text):
        raise FormulaError(f"uses {text}, which can't be shown as MathML")
    if element.tag in ("mi", "mo") and text == "&":
        raise FormulaError("has & outside of a matrix or cases")
    return text or None
