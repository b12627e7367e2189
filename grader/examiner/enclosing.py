"""The name of the function around a place of a file, read from its text: nothing is parsed."""

from __future__ import annotations

import re

_HEAD = re.compile(r"([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w{1,80})")
_INDENT = re.compile(r"[ \t]*")


def function_at(text: str, offset: int) -> str:
    """The function with this character, `Class.method` for a method of a class at the top; "" outside any
    function. Of functions in functions it is the outermost."""
    begin = text.rfind("\n", 0, offset) + 1
    around = _indent(text[begin:])
    heads: list[tuple[str, str]] = []  # the inner ones first
    for line in reversed(text[: _end_of(text, begin)].split("\n")):
        head = _HEAD.match(line)
        if head and (len(head[1]) < around or (not heads and len(head[1]) <= around)):
            around = len(head[1])
            heads.append((head[2], head[3]))
        if around == 0 and heads:
            break
    return _named(heads[::-1])


def _named(heads: list[tuple[str, str]]) -> str:
    """The name for these classes and functions, from the outermost to the innermost."""
    if len(heads) > 1 and heads[0][0] == "class" and heads[1][0] == "def":
        return f"{heads[0][1]}.{heads[1][1]}"
    return heads[0][1] if heads and heads[0][0] == "def" else ""


def _end_of(text: str, begin: int) -> int:
    end = text.find("\n", begin)
    return len(text) if end < 0 else end


def _indent(text: str) -> int:
    found = _INDENT.match(text)
    return len(found[0]) if found else 0
