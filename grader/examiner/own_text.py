"""What students may read of a hidden test: what was wrong, no text that their program wrote and no value.

A program can write what a hidden test gave it into the text of an exception, into a name, a text or a number
that it returns. Staff still read all of it, in `detail` and `traceback`.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.examiner.own_numbers import Known, without_values
from grader.kit.candidate import Candidate
from grader.kit.said import Said
from grader.values import Number, Outcome
from grader.values.student_faults import MissingFunction, StudentError
from grader.wire.kinds import OUR_WORDS

LEFT_OUT = "[text of your program]"
TEXTS_KEPT = 2
SIZES_KEPT = 12
PIECE = 8  # characters: a shorter part of a longer text tells nothing
_KNOWN = {name for name in (*vars(builtins), *vars(np), *vars(np.exceptions)) if not name.startswith("_")}
_SHOWN = _KNOWN | OUR_WORDS
_KEY = re.compile(r"\['\w+'\]")  # the place of an entry of a dict
_QUOTED = re.compile(rf"(['\"`]){re.escape(LEFT_OUT)}(?:\.\.\.)?")
_ANY_QUOTED = re.compile(r"(['\"`])((?:(?!\1)[^\n]){0,300})\1")
_SEVERAL = re.compile(rf"{re.escape(LEFT_OUT)}(?:(?:, | and |: ){re.escape(LEFT_OUT)})+")
_FRAME = re.compile(r'^  File "([^"\n]+)", line (\d+)', re.M)


def without_own_text(
    outcome: Outcome,
    error: BaseException | None,
    candidate: Candidate,
    sources: Mapping[str, str],
    texts: Collection[str] = (),
) -> Outcome:
    """The outcome of a case of a hidden test for its students, the original message added to its detail.
    `texts` are those with numbers that the pack and the kit wrote."""
    names, sizes = _arguments(candidate)
    known = "\n".join((*sources.values(), *sorted(names)))
    lines = max((text.count("\n") + 1 for text in sources.values()), default=0)
    shown = Known(texts, names | _KNOWN, frozenset(sorted(sizes)[:SIZES_KEPT]), lines)
    called = candidate.last_call[0] if candidate.last_call else "the code"
    if isinstance(error, StudentError):
        message = f"{called} raised {_type(error.kind)}{_place(error.traceback, sources)}"
    elif isinstance(error, MissingFunction):
        message = f"{called} is not defined"
    else:
        message = _few(_masked(outcome.message, candidate.said, known), candidate.said)
        message = without_values(message.removesuffix(f": {LEFT_OUT}"), shown)

    def renamed(number: Number) -> Number:
        name = without_values(_masked(number.name, candidate.said, known), shown)
        return number if name == number.name else replace(number, name=name)

    numbers = tuple(renamed(number) for number in outcome.numbers)
    detail = outcome.detail
    if message != outcome.message:
        detail = f"{outcome.message}\n{detail}".strip()
    return replace(outcome, message=message, numbers=numbers, detail=detail)


def _type(kind: str) -> str:
    """The type of an exception if it is one of Python's or numpy's: a program can make others by name."""
    return kind if kind in _KNOWN else "an exception of its own"


def _place(traceback: str, sources: Mapping[str, str]) -> str:
    """The last line of a submitted file in a traceback, "" if there is none."""
    for file, line in reversed(_FRAME.findall(traceback)):
        if file in sources and len(line) < 8 and 0 < int(line) <= sources[file].count("\n") + 1:
            return f" in line {int(line)}" + (f" of {file}" if len(sources) > 1 else "")
    return ""


def _arguments(candidate: Candidate) -> tuple[set[str], set[int]]:
    """The names in the arguments of the last call, and the sizes of their arrays and lists."""
    names: set[str] = set()
    sizes: set[int] = set()

    def visit(x: Any) -> None:
        if isinstance(x, dict):
            names.update(key for key in x if isinstance(key, str))
            for item in x.values():
                visit(item)
        elif isinstance(x, list | tuple):
            sizes.add(len(x))
            for item in x[:100]:
                visit(item)
        else:
            sizes.update(np.shape(x) if isinstance(x, np.ndarray) else ())

    for argument in candidate.last_call[1] if candidate.last_call else ():
        visit(argument)
    return names, sizes


def _masked(message: str, said: Said, known: str) -> str:
    """The message without the texts that the program said, and without pieces of them."""
    if not message:
        return message
    if said.too_much:
        return LEFT_OUT
    texts = [t for t in said.texts if len(t) > 1 and t not in known and t not in _SHOWN]
    texts = [t for t in texts if not (_KEY.fullmatch(t) and t[2:-2] in known)]
    if not texts:
        return message
    pieces = {t[i : i + PIECE] for t in texts for i in range(len(t) - PIECE + 1)}
    own = [False] * len(message)
    for at in range(len(message) - PIECE + 1):
        if message[at : at + PIECE] in pieces:
            own[at : at + PIECE] = [True] * PIECE
    for text in texts:
        if len(text) < PIECE and text in message:  # first the cheap question: there may be thousands
            for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", message):
                own[match.start() : match.end()] = [True] * len(text)
    return _cut(message, own)


def _few(message: str, said: Said) -> str:
    """The message with at most TEXTS_KEPT quoted texts that the program said, though all may be shown: which
    of many words it says may tell what it was given."""
    kept = 0

    def shown(match: re.Match[str]) -> str:
        nonlocal kept
        kept += match[2] in said.texts
        return match[0] if kept <= TEXTS_KEPT or match[2] not in said.texts else LEFT_OUT

    return _SEVERAL.sub(LEFT_OUT, _ANY_QUOTED.sub(shown, message))


def _cut(message: str, own: list[bool]) -> str:
    """The message with LEFT_OUT in the place of each run of characters that are `own`, apart from the words
    beside it."""
    parts: list[str] = []
    for at, character in enumerate(message):
        if not own[at]:
            apart = parts and parts[-1] == LEFT_OUT and character.isalnum()
            parts.append(f" {character}" if apart else character)
        elif not at or not own[at - 1]:
            if at and message[at - 1].isalnum():
                parts.append(" ")
            parts.append(LEFT_OUT)
    return _closed("".join(parts))


def _closed(text: str) -> str:
    """The text with a quote after each LEFT_OUT that has only the one before it, because the message was
    cut within what the quotes enclose."""
    for found in reversed(list(_QUOTED.finditer(text))):
        before, after = text[: found.start()], text[found.end() :]
        quotes = re.compile(rf"(?<!\w){found[1]}|{found[1]}(?!\w)")  # those in words are apostrophes
        if not len(quotes.findall(before)) % 2 and not len(quotes.findall(after)) % 2:
            text = f"{before}{found[0]}{found[1]}{after}"
    return text
