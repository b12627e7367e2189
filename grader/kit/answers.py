"""Answers from a text file with headings such as [q1]: a text, a choice, a number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from grader.kit.recorder import fail

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_RATIO = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?")
_CHOICE = re.compile(r"\(?\s*([A-Za-z0-9]{1,20})\s*[).]?")
LONGEST_SHORT = 60


def answer(student: Any, name: str) -> str:
    """The text under the heading [name], without surrounding blanks. Raises Mismatch if there is none."""
    reply = student.answer(name)
    text = reply.get("text") if isinstance(reply, dict) and reply.get("found") is True else None
    if isinstance(text, str) and text.strip():
        return text.strip()
    message = reply.get("message") if isinstance(reply, dict) else None
    fail(message[:600] if isinstance(message, str) else f"[{name}] could not be read.")


def choice(student: Any, name: str, of: Iterable[str]) -> str:
    """The chosen option, written as in `of`; `b`, `B`, `b)` and `(b)` count as the same.
    Raises Mismatch if the answer is none of the options, or more than one."""
    options = list(of)
    text = answer(student, name)
    match = _CHOICE.fullmatch(text)
    chosen = [option for option in options if match and option.lower() == match[1].lower()]
    if len(chosen) != 1:
        fail(f"[{name}] is {_shown(text)}; one of {', '.join(options)} is expected, and nothing else.")
    return chosen[0]


def number(student: Any, name: str) -> float:
    """The number written there: 12, −0.25, 1e-3, or a ratio such as 3/8. Raises Mismatch if it is not one."""
    text = answer(student, name)
    match = _RATIO.fullmatch(text.replace("\u2212", "-")) if len(text) <= LONGEST_SHORT else None
    if match is None:
        dot = "; write decimals with a dot" if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text) else ""
        rule = f"a number such as 12, 0.25 or 3/8 is expected, and nothing else{dot}"
        fail(f"[{name}] is {_shown(text)}; {rule}.")
    above, below = float(match[1]), float(match[2] or 1)
    if below == 0 or not math.isfinite(above / below):
        fail(f"[{name}] is {_shown(text)}, which is not a finite number.")
    return above / below


def _shown(text: str) -> str:
    first = text.splitlines()[0]
    count = text.count("\n")
    others = f" and {count} more line{'s' if count > 1 else ''}" if count else ""
    return f"`{first if len(first) <= 40 else first[:37] + '...'}`{others}"
