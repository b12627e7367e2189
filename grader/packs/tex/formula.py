"""A whole formula as elements of MathML."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from grader.packs.tex.atoms import row
from grader.packs.tex.commands import COMMANDS
from grader.packs.tex.parser import Parser


def formula(tex: str) -> list[Element]:
    """The elements of this formula, for a <math> element. Raises FormulaError at what is not known."""
    parser = Parser(tex, COMMANDS)
    atoms = parser.atoms()
    if parser.ahead.text:
        raise parser.misplaced(parser.ahead)
    return row(atoms)
