"""What the calls of one case returned, in words: their forms, never their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Cut

CALLS_KEPT = 12
PARTS_KEPT = 16
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
    if part.strange and part.form == "a single number":
        return part.strange
    numbers = f" of {part.numbers}" if exactly and part.numbers else ""
    return f"{part.form}{numbers}{f' with {part.strange}' if part.strange else ''}"


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
                at = f" at {part.at}" if part.at else ""
                return f"returned {_values(mine, theirs)}{at}, expected {_values(theirs, mine)}"
    return ""


def _values(form: str, other: str) -> str:
    """The form; next to a tuple, what Python's `return a, b` calls it: 2 values."""
    if not form.startswith("a tuple of ") and not other.startswith("a tuple of "):
        return form
    if form.startswith("a tuple of "):
        count = form.removeprefix("a tuple of ").split(" ")[0]
        return f"{count} value{'' if count == '1' else 's'}"
    return f"1 value ({form})" if form != "None" else form
