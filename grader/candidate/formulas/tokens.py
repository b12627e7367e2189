"""From a line of text to its tokens, each with its column (from 0)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grader.candidate.formulas.fault import FormulaFault, spelt
from grader.candidate.formulas.letters import (
    BARS,
    BLANKS,
    FRACTIONS,
    OPERATORS,
    PRIMES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    key_of,
    letter,
)

LONGEST_NAME = 40
LONGEST_NUMBER = 30
Kind = Literal["number", "name", "power", "end", "+", "-", "*", "/", "^", "(", ")", ",", "=", "'"]


@dataclass(frozen=True)
class Token:
    """One token. `key` is the key of a name; `value` is the value of a number or of a raised number (x²)."""

    kind: Kind
    text: str
    column: int
    key: str = ""
    value: float = 0.0


def tokens(line: str) -> list[Token]:
    """The tokens of a line, the last one of kind "end"; # begins a comment. Raises FormulaFault."""
    return [*_tokens(line), Token("end", "", len(line.split("#")[0].rstrip(BLANKS)))]


def _tokens(line: str) -> Iterator[Token]:
    at = 0
    while at < len(line) and line[at] != "#":
        if line[at] in BLANKS:
            at += 1
            continue
        token = _token(line, at)
        yield token
        at += len(token.text)


def _token(line: str, at: int) -> Token:
    c = line[at]
    if letter(c) is not None:
        return _name(line, at)
    if c.isascii() and (c.isdigit() or c == "."):
        return _number(line, at)
    if c in SUPERSCRIPTS:
        return _raised(line, at)
    if line.startswith("**", at):
        return Token("^", "**", at)
    if c in OPERATORS:
        return Token(OPERATORS[c], c, at)  # type: ignore[arg-type]
    if c in PRIMES:
        return Token("'", c, at)
    if c in FRACTIONS:
        return Token("number", c, at, value=FRACTIONS[c])
    raise FormulaFault(at, f"{spelt(c)} has no meaning in a formula.")


def _run(line: str, at: int, allowed: str) -> int:
    """The index after the run of `allowed` characters that begins at `at`."""
    while at < len(line) and line[at] in allowed:
        at += 1
    return at


def _name(line: str, at: int) -> Token:
    end = at + 1
    while end < len(line) and (
        letter(line[end]) is not None
        or line[end] in BARS
        or line[end] in SUBSCRIPTS
        or (line[end].isascii() and (line[end].isdigit() or line[end] == "_"))
    ):
        end += 1
    text = line[at:end]
    if len(text) > LONGEST_NAME:
        raise FormulaFault(at, f"A name of {len(text)} characters; at most {LONGEST_NAME} are allowed.")
    return Token("name", text, at, key=key_of(text))


def _number(line: str, at: int) -> Token:
    digits = "0123456789"
    end = _run(line, at, digits + ".")
    if end < len(line) and line[end] in "eE":
        signed = end + 1 + (line[end + 1 : end + 2] in ("+", "-"))
        if _run(line, signed, digits) > signed:
            end = _run(line, signed, digits)
    text = line[at:end]
    if len(text) > LONGEST_NUMBER:
        raise FormulaFault(at, f"A number of {len(text)} characters; at most {LONGEST_NUMBER} are allowed.")
    try:
        value = float(text)
    except ValueError:
        raise FormulaFault(at, f"`{text}` is not a number.") from None
    if not math.isfinite(value):
        raise FormulaFault(at, f"`{text}` is too large for a floating-point number.")
    return Token("number", text, at, value=value)


def _raised(line: str, at: int) -> Token:
    end = _run(line, at, "".join(SUPERSCRIPTS))
    text = "".join(SUPERSCRIPTS[c] for c in line[at:end])
    if not text.lstrip("+-").isdigit() or len(text.lstrip("+-")) < len(text) - 1 or len(text) > 6:
        raise FormulaFault(at, f"`{line[at : min(end, at + 10)]}` is not a power; write for example x^2.")
    return Token("power", line[at:end], at, value=float(text))
