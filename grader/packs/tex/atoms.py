"""The parts of a row of a formula, and the space between them as TeX has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

Kind = Literal["ord", "bin", "rel", "open", "close", "punct", "named", "big", "space"]
_BEFORE_A_SIGN = ("bin", "rel", "open", "punct", "named", "big")
_THIN = "0.167em"


@dataclass(frozen=True)
class Atom:
    """An element, and what it is to its neighbours. `core` is the operator in it, if it has one; `limits`:
    scripts stand above and below it, always, never, or only in a formula on lines of its own."""

    kind: Kind
    element: Element
    core: Element | None = None
    limits: Literal["never", "display", "always"] = "never"


def element(tag: str, *children: Element, text: str = "", **attributes: str) -> Element:
    """An element of MathML."""
    made = Element(tag, attributes)
    made.text = text or None
    made.extend(children)
    return made


def operator(kind: Kind, sign: str, **attributes: str) -> Atom:
    """An atom of one operator."""
    made = element("mo", text=sign, **attributes)
    return Atom(kind, made, made)


def space(width: str) -> Atom:
    """An atom of empty space; our style sheet draws one that is less than none."""
    name = "rspace" if width.startswith("-") else "width"
    return Atom("space", element("mspace", **{name: width}))


def row(atoms: Sequence[Atom], tight: bool = False) -> list[Element]:
    """The elements of these atoms, spaced as TeX does: a sign has no space around it, a name such as log
    has a thin one on either side, and in indices (`tight`) = and + have none."""
    shown: list[Element] = []
    before: Atom | None = None
    seen = [atom for atom in atoms if atom.kind != "space"]
    following = iter([*seen[1:], None])
    for atom in atoms:
        if atom.kind == "space":
            shown.append(atom.element)
            continue
        after = next(following)
        _set_space(atom, before, after, tight)
        if before is not None and _is_apart(before, atom) and not _is_space(shown[-1]):
            shown.append(element("mspace", width=_THIN))
        shown.append(atom.element)
        before = atom
    return shown


def _is_space(shown: Element) -> bool:
    """Whether there is a space already; \\! takes from the one that TeX puts there."""
    return shown.tag == "mspace" and "width" in shown.attrib


def _is_apart(left: Atom, right: Atom) -> bool:
    """Whether a thin space is between them."""
    if left.kind == "named":
        return right.kind in ("ord", "named", "big", "bin")
    return right.kind == "named" and left.kind in ("ord", "close")


def _set_space(atom: Atom, before: Atom | None, after: Atom | None, tight: bool) -> None:
    if atom.core is None or atom.kind not in ("bin", "rel", "punct"):
        return
    alone = before is None and after is None
    sign = atom.kind == "bin" and (before is None or before.kind in _BEFORE_A_SIGN)
    last = atom.kind == "bin" and (after is None or after.kind in ("rel", "close", "punct"))
    if alone or sign or last or tight:
        atom.core.attrib |= {"lspace": "0em", "rspace": "0em"}
    elif atom.kind == "rel":  # := is one sign
        for side, neighbour in (("lspace", before), ("rspace", after)):
            if neighbour is not None and neighbour.kind == "rel":
                atom.core.set(side, "0em")


def grouped(elements: Sequence[Element]) -> Element:
    """These elements as one: itself, or a row."""
    return elements[0] if len(elements) == 1 else element("mrow", *elements)
