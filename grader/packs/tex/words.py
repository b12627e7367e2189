"""Words in a formula: text, and the names of operators."""

from __future__ import annotations

import re

from grader.packs.errors import FormulaError
from grader.packs.tex.tokens import Token

_ESCAPED = re.compile(r"\\([%#&_${} ])")
_NAME = re.compile(r"(?:[A-Za-z0-9-]|\s|\\,|~)+")


def text(raw: str, command: Token) -> str:
    """What `\\text{...}` shows; its spaces stay. Raises FormulaError for commands and formulas in it."""
    bare = _ESCAPED.sub("", raw)
    if re.search(r"[\\${}%#&~^_]", bare):
        rule = (
            rf"{command.text} has more than words in it; end it before a formula or a command, escape _ as \_"
        )
        raise FormulaError(rule, command.at)
    words = re.sub(r"\s+", "\u00a0", _ESCAPED.sub(r"\1", raw))
    if not words.strip("\u00a0"):
        raise FormulaError(f"{command.text} is empty; write a space as \\quad or \\,", command.at)
    return words


def name(raw: str, command: Token) -> str:
    """The name in `\\operatorname{...}`, with a thin space for each \\, in it. Raises FormulaError if it has
    anything but letters, digits, - and \\, in it."""
    if not _NAME.fullmatch(raw) or not re.search("[A-Za-z]", raw):
        raise FormulaError(f"{command.text} takes letters, digits, - and \\, and nothing else", command.at)
    words = re.sub(r"\\,|~", "\u2009", re.sub(r"\s+", "", raw))
    return words.replace("-", "\u2010").strip("\u2009")
