"""Faults of a handout's formulas: those that can't be shown, and those that Markdown cuts in two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from grader.packs.errors import FormulaError
from grader.packs.mathml import to_mathml
from grader.values.faults import Fault

FORMULAS = ("math_inline", "math_inline_double")  # kinds of tokens
_BLOCK = re.compile(r"`+[^`]*`+|(?<!\\)(\$\$)")
_CUT = re.compile(r"(?<![\\$\w])\$(?![\s\d$])[^$`|]*(?<!\\)\|[^$`]*(?<!\\)\$")  # a | between two $
_ALONE = (
    "needs its other $$ in the same paragraph; a line of it that is empty ends the paragraph, and one that "
    "begins with +, -, * or > begins a list or a quotation: put the sign at the end of the line above"
)
_CELL = r"in a table | ends the cell and \| becomes |; write \lvert, \rvert, \lVert, \rVert or \mid"


def faults_of(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Fault]:
    """The faults in the tokens of a handout with these lines, each with its line."""
    in_table, cut = False, set()
    for token in tokens:
        in_table = token.type != "table_close" and (in_table or token.type == "table_open")
        if not token.children:
            continue
        first, last = token.map or (0, 0)
        paragraph = "\n".join(lines[first:last])
        if in_table and first not in cut and _CUT.search(paragraph):
            cut.add(first)
            yield _fault("$...|...$", _CELL, first)
        elif _is_open(token, paragraph):
            yield _fault("$$", _ALONE, first)
        yield from _of_paragraph(token, paragraph, first, in_table)


def _is_open(token: Token, paragraph: str) -> bool:
    """Whether a $$ stayed text, because the paragraph lacks the other one."""
    texts = (child.content for child in token.children or () if child.type == "text")
    return any("$$" in text for text in texts) and any(_BLOCK.findall(paragraph))


def _of_paragraph(token: Token, paragraph: str, first: int, in_table: bool) -> Iterator[Fault]:
    place = 0
    for child in token.children or ():
        if child.type not in FORMULAS:
            continue
        start = paragraph.find(child.content.split("\n")[0], place)
        place = max(place, start + 1)
        before = paragraph[: max(0, start)]
        if in_table and "|" in child.content:
            yield _fault(child.content, _CELL, first)
            continue
        try:
            to_mathml(child.content, block=child.markup == "$$")
        except FormulaError as error:
            line = first + (before + child.content[: error.at]).count("\n")
            yield _fault(child.content, str(error), line)


def _fault(value: str, rule: str, line: int) -> Fault:
    return Fault("handout.md", "formula", value, rule, line + 1)
