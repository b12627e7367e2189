"""Environments: matrices, cases, and formulas over several lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from grader.packs.errors import FormulaError
from grader.packs.tex.atoms import Atom, element, row
from grader.packs.tex.parser import Parser
from grader.packs.tex.tokens import Token

_FENCES: Mapping[str, str] = {
    "matrix": "", "pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖",
    "smallmatrix": "", "cases": "{", "array": "",
}  # fmt: skip
_ALIGNED = ("aligned", "align*", "split")
_GATHERED = ("gathered", "gather*")
_NUMBERED = {
    "align": "aligned",
    "gather": "gathered",
    "equation": "$$",
    "eqnarray": "aligned",
    "equation*": "$$",
}
KNOWN = (*_FENCES, *_ALIGNED, *_GATHERED)
_SIDES = {"l": "left", "c": "center", "r": "right"}
_LENGTH = re.compile(r"\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")


def environment(parser: Parser, command: Token) -> Atom:
    """What is between \\begin{...} and \\end{...}. Raises FormulaError for an unknown one."""
    name = parser.raw(command)
    if name not in KNOWN:
        raise FormulaError(_refusal(name), command.at)
    columns = _columns(parser, command) if name == "array" else "ll" if name == "cases" else ""
    rows = _rows(parser, name)
    closing = parser.take()
    if closing.text != r"\end" or parser.raw(closing) != name:
        raise FormulaError(rf"has \begin{{{name}}} without \end{{{name}}}", command.at)
    if name in _ALIGNED:
        return Atom("ord", _aligned(rows))
    table = _table(rows, columns, command)
    if name in _GATHERED:
        table.set("displaystyle", "true")
    if name == "smallmatrix":
        return Atom("ord", element("mstyle", table, scriptlevel="1"))
    return Atom("ord", _fenced(table, _FENCES.get(name, "")))


def lines_below(parser: Parser, command: Token) -> Atom:
    """What \\substack{...} shows: small lines, one below the other."""
    if not parser.skips("{"):
        raise FormulaError(f"{command.text} needs {{ }} behind it", command.at)
    before, parser.tight = parser.tight, True
    rows = _rows(parser, command.text)
    parser.tight = before
    if not parser.skips("}"):
        raise FormulaError("has a { without its }", command.at)
    table = _table(rows, "", command, tight=True)
    table.set("rowspacing", "0em")
    return Atom("ord", table)


def _refusal(name: str) -> str:
    if name in _NUMBERED:
        instead = _NUMBERED[name]
        instead = "$$ around it" if instead == "$$" else rf"\begin{{{instead}}}"
        return rf"\begin{{{name}}} is refused: formulas have no numbers; write {instead}"
    return rf"\begin{{{name}}} is not known; known are {', '.join(KNOWN)}"


def _columns(parser: Parser, command: Token) -> str:
    columns = parser.raw(Token(r"\begin{array}", command.at, command.end)).replace(" ", "")
    if not columns or set(columns) - set("lcr"):
        raise FormulaError(
            r"\begin{array} takes a column for each l, c or r; lines are not drawn", command.at
        )
    return columns


def _rows(parser: Parser, name: str) -> list[list[list[Atom]]]:
    """The rows up to the end of the environment; of each its cells."""
    rows: list[list[list[Atom]]] = [[]]
    while True:
        rows[-1].append(parser.atoms())
        token = parser.ahead
        if token.text == "&" and name != r"\substack":
            parser.take()
        elif token.text == r"\\":
            parser.take()
            if _LENGTH.match(parser.tex, token.end):
                raise FormulaError(r"has a length behind \\, which is not read; write \\ alone", token.at)
            rows.append([])
        elif token.text in (r"\end", "}") or not token.text:
            break
        else:
            raise parser.misplaced(token)
    if len(rows) > 1 and rows[-1] == [[]]:
        rows.pop()
    return rows


def _table(rows: list[list[list[Atom]]], columns: str, command: Token, tight: bool = False) -> Element:
    table = element("mtable")
    widest = max(len(cells) for cells in rows)
    if columns and widest > len(columns):
        raise FormulaError(f"has {widest} cells in a row of {len(columns)} columns", command.at)
    for cells in rows:
        made = element("mtr")
        for index, cell in enumerate(cells):
            side = {"columnalign": _SIDES[columns[index]]} if columns and columns[index] != "c" else {}
            made.append(element("mtd", *row(cell, tight), **side))
        table.append(made)
    return table


def _aligned(rows: list[list[list[Atom]]]) -> Element:
    """Pairs of columns that meet at the &; a gap before each further pair."""
    table = element("mtable", displaystyle="true", columnspacing="0em")
    for cells in rows:
        made = element("mtr")
        for index, cell in enumerate(cells):
            right = index % 2 == 0
            parts = row(cell) if right else _continued(cell)
            gap = [element("mspace", width="2em")] if right and index else []
            made.append(element("mtd", *gap, *parts, columnalign="right" if right else "left"))
        table.append(made)
    return table


def _continued(cell: list[Atom]) -> list[Element]:
    """A cell that continues the one to its left, so that a + or = at its start stands between the two."""
    first = cell[0] if cell else None
    if first is not None and first.core is not None and first.kind in ("bin", "rel"):
        first.core.set("form", "infix")
    return row([Atom("ord", element("mrow")), *cell])[1:]


def _fenced(table: Element, fences: str) -> Element:
    if not fences:
        return table
    forms = zip(fences, ("prefix", "postfix"), strict=False)
    signs = [element("mo", text=sign, stretchy="true", symmetric="true", form=form) for sign, form in forms]
    return element("mrow", signs[0], table, *signs[1:])
