"""A handout's Markdown as safe HTML: raw HTML is text, formulas are MathML, no pictures."""

from __future__ import annotations

import html
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.packs.errors import FormulaError
from grader.packs.formulas import FORMULAS, faults_of
from grader.packs.mathml import to_mathml
from grader.values.faults import Fault
from grader.values.text import displayable

LINK = re.compile(r"^(https?://|mailto:|#)", re.IGNORECASE)
LARGEST = 200_000  # characters
MOST_FORMULAS = 1_000


@lru_cache(maxsize=64)
def render(markdown: str, first_heading: int = 2) -> str:
    """The handout as an HTML fragment without scripts, styles, pictures or raw HTML. `#`
    becomes <h2> unless `first_heading` says otherwise; a formula that can't be shown stays
    as its TeX in <code>."""
    tokens = _parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            level = min(6, int(token.tag[1]) + first_heading - 1)
            token.tag = f"h{level}"
    _anchor(tokens)
    return str(_reader().renderer.render(tokens, _reader().options, {}))


def formula_faults(markdown: str) -> tuple[Fault, ...]:
    """The formulas that `render` can't show as MathML, each with the line of what it can't show."""
    return tuple(faults_of(_parse(markdown), displayable(markdown).split("\n")))


def code_spans(markdown: str) -> tuple[tuple[int, str], ...]:
    """(line, text) of every `code span` in the handout, without code blocks."""
    spans: list[tuple[int, str]] = []
    lines = displayable(markdown).split("\n")
    for token in _parse(markdown):
        first, last = token.map or (0, 0)
        for child in token.children or ():
            if child.type == "code_inline" and child.markup:
                within = (n for n in range(first, last) if child.content in lines[n])
                spans.append((next(within, first) + 1, child.content))
    return tuple(spans)


def code_blocks(markdown: str) -> tuple[tuple[int, str], ...]:
    """(line, text) of every code block in the handout; the line is that of the block's first line of code."""
    blocks = [token for token in _parse(markdown) if token.type in ("fence", "code_block")]
    return tuple(((token.map or [0])[0] + 1 + (token.type == "fence"), token.content) for token in blocks)


def _parse(markdown: str) -> list[Token]:
    tokens = _reader().parse(displayable(markdown)[:LARGEST])
    formulas = [child for token in tokens for child in token.children or () if child.type in FORMULAS]
    for child in formulas:
        child.content = child.content.strip()
    for child in formulas[MOST_FORMULAS:]:
        child.type, child.tag = "code_inline", "code"
    return tokens


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
    reader.validateLink = lambda url: bool(LINK.match(url.strip()))  # type: ignore[method-assign]
    # `$x$` inline, `$$x$$` as a block; a $ next to a space or a digit is an amount of money
    reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    reader.disable("math_block")  # a block formula is parsed as a paragraph
    for kind in FORMULAS:
        reader.add_render_rule(kind, _show)
    return reader


def _show(_: object, tokens: Sequence[Token], index: int, *__: object) -> str:
    token = tokens[index]
    try:
        return to_mathml(token.content, block=token.markup == "$$")
    except FormulaError:
        return f"<code>{html.escape(token.markup + token.content + token.markup)}</code>"


def _anchor(tokens: Sequence[Token]) -> None:
    """Give every heading an id made of its words, so that messages can point to sections."""
    used: set[str] = set()
    repeated: Counter[str] = Counter()
    for token, inline in itertools.pairwise(tokens):
        if token.type != "heading_open":
            continue
        words = re.sub(r"[^a-z0-9]+", "-", inline.content.lower()).strip("-")[:60] or "section"
        name = words
        while name in used:  # a counter for each heading's words, so that many equal ones take little time
            repeated[words] += 1
            name = f"{words}-{repeated[words] + 1}"
        used.add(name)
        token.attrSet("id", f"handout-{name}")
