"""Checks the HTML of a handout, which a sandboxed job made, before any page shows it.

The job read hostile text. Even if that text took the job over, what it sends can only be a tree of the
elements and attributes that `handout.render` writes: no script, style, form or picture, and no end tag that
leaves the handout's place in the page. The time is proportional to the length.
"""

from __future__ import annotations

import html
import re

from grader.packs.handout import LINK
from grader.packs.mathml import ATTRIBUTES, ELEMENTS

_PLAIN = """
    h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre code em strong a hr br
    table thead tbody tr th td"""
TAGS = frozenset(_PLAIN.split()) | ELEMENTS
VOID = frozenset({"hr", "br"})
_NAME = r"[a-zA-Z][a-zA-Z0-9]*"
_MARKUP = re.compile(
    rf"""<(?P<end>/?)(?P<tag>{_NAME})(?P<attributes>(?:\ [a-z]+="[^"<>]*+")*+)(?:\ ?/)?>""", re.VERBOSE
)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"<>]*+)"')
_ALIGN = re.compile(r"text-align:(left|center|right)")
_VALUES = {
    "id": re.compile(r"handout-[a-z0-9-]{1,80}"),
    "class": re.compile(r"language-[^\s]{1,100}"),
    "start": re.compile(r"\d{1,9}"),
    "style": _ALIGN,
    "tabindex": re.compile("0"),
    "xmlns": re.compile(re.escape("http://www.w3.org/1998/Math/MathML")),
}
_ON = {
    "id": re.compile("h[1-6]"), "class": re.compile("code"), "start": re.compile("ol"),
    "style": re.compile("t[hd]"), "tabindex": re.compile("table|pre|math"), "xmlns": re.compile("math"),
}  # fmt: skip


def fragment_fault(text: str) -> str:
    """Why this HTML may not be in a page, "" if it may."""
    open_tags: list[str] = []
    at = text.find("<")
    while at >= 0:
        match = _MARKUP.match(text, at)
        if match is None:
            return f"has markup that is not known: {text[at : at + 40]}"
        tag = match["tag"]
        if tag not in TAGS or (match["end"] and match["attributes"]):
            return f"has an element that is not allowed: {match[0][:60]}"
        fault = _attributes_fault(tag, match["attributes"])
        if fault:
            return fault
        if match["end"]:
            if not open_tags or open_tags.pop() != tag:
                return f"ends an element that is not open: {tag}"
        elif tag not in VOID and not match[0].endswith("/>"):
            open_tags.append(tag)
        elif tag not in VOID and tag not in ELEMENTS:  # HTML has no empty form of these: they stay open
            return f"has an element that is not ended: {tag}"
        at = text.find("<", match.end())
    return f"has an element that is not ended: {open_tags[-1]}" if open_tags else ""


def _attributes_fault(tag: str, attributes: str) -> str:
    for name, value in _ATTRIBUTE.findall(attributes):
        if not _is_allowed(tag, name, html.unescape(value)):
            return f"has an attribute that is not allowed: {tag} {name}={value[:60]}"
    return ""


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "title" or (name == "href" and bool(LINK.match(value)))
    if tag in ELEMENTS and (name in ATTRIBUTES or (tag == "math" and name == "alttext")):
        return True
    return name in _VALUES and bool(_ON[name].fullmatch(tag)) and bool(_VALUES[name].fullmatch(value))
