"""What the calls of one case returned, in words: their forms, never their values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Cut

CALLS_KEPT = 12
PARTS_KEPT = 16
NUMBER = "a single number"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ITEMS = re.compile(r"a (tuple|list) of (\d+) items")
_KIND = re.compile(r"a single (?:number|bool)|an array|a dict|an empty dict|a list|a tuple|text|None")
_INDEX = re.compile(r"\[(\d+)\]")
UNFINISHED = (
    "With what this code returns, the test itself could not be finished; with values of the expected form "
    "it can."
)


@dataclass(frozen=True)
class Part:
    """One part of a returned value: `at` is its place in it ("" for the whole, "['W1'][0]"), `form` its kind
    and shape, `numbers` which numbers it holds ("float64"), and `strange` what is unusual in them ("NaN")."""

    at: Annotated[str, Cut(120)]
    form: Annotated[str, Cut(200)]
    numbers: Annotated[str, Cut(40)] = ""
    strange: Annotated[str, Cut(60)] = ""


@dataclass(frozen=True)
class Returned:
    """The forms of what one call returned: the whole first, then its parts."""

    path: Annotated[str, Cut(200)]
    parts: Annotated[tuple[Part, ...], Cut(PARTS_KEPT)]


@dataclass(frozen=True)
class CaseCalls:
    """What the calls of one case returned, the first CALLS_KEPT of them."""

    case: Annotated[str, Cut(200)]
    calls: Annotated[tuple[Returned, ...], Cut(CALLS_KEPT)] = ()


@dataclass(frozen=True)
class Stop:
    """A case in which the test stopped with an error: the error's type, the calls before, and `sentence`,
    which says what was returned if the failed operation was one on a returned value ("" if it was not)."""

    error: Annotated[str, Cut(100)]
    calls: CaseCalls
    sentence: Annotated[str, Cut(400)] = ""


def described(part: Part, *, exactly: bool = False) -> str:
    """The part in words: "an array of shape (2, 3) with NaN"; `exactly` names its dtype too."""
    if part.strange and part.form == NUMBER:
        return part.strange
    numbers = f" of {part.numbers}" if exactly and part.numbers else ""
    return f"{part.form}{numbers}{f' with {part.strange}' if part.strange else ''}"


def kind(part: Part) -> str:
    """The kind of a part, one of few: "an array", "a dict"; without its shape, length or keys."""
    found = _KIND.match(part.form)
    return found[0] if found else "another value"


def returned_as(got: Returned, want: Returned) -> str:
    """The first difference between the forms of two returned values as the end of a sentence: "returned
    1 value, expected 3 values"; "" if there is none. Kinds of numbers count only if nothing else differs."""
    expected = {part.at: part for part in want.parts}
    for exactly in (False, True):
        for part in got.parts:
            right = expected.get(part.at)
            if right is None:
                continue
            mine, theirs = described(part, exactly=exactly), described(right, exactly=exactly)
            if mine != theirs:
                if part.strange and part.form == theirs == NUMBER:
                    mine, theirs = _strange_number(part)
                place = _place(part.at, got.parts[0].form)
                return f"returned {_values(mine, theirs)}{place}, expected {_values(theirs, mine)}"
    return ""


def _strange_number(part: Part) -> tuple[str, str]:
    """A number that a test can't use, and what is expected instead."""
    if part.strange in ("NaN", "infinity"):
        return part.strange, "a finite number"
    return part.strange.replace("numbers", "a number"), "a smaller one"


def _place(at: str, whole: str) -> str:
    """Where a part is, with a blank before it: " as the first of 3 values"; "" for the whole."""
    items = _ITEMS.fullmatch(whole)
    if items and (index := _INDEX.fullmatch(at)):
        number = int(index[1])
        which = f"the {_ORDINALS[number]}" if number < len(_ORDINALS) else f"number {number + 1}"
        return f" as {which} of {items[2]} {'values' if items[1] == 'tuple' else 'items'}"
    return f" at {at}" if at else ""


def _values(form: str, other: str) -> str:
    """The form; next to a tuple, what Python's `return a, b` calls it: 2 values."""
    if not form.startswith("a tuple of ") and not other.startswith("a tuple of "):
        return form
    if form.startswith("a tuple of "):
        count = form.removeprefix("a tuple of ").split(" ")[0]
        return f"{count} value{'' if count == '1' else 's'}"
    return f"1 value ({form})" if form != "None" else form
