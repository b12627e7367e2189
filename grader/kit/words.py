"""How the kit's messages write names, shapes and the return values of a student's function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from grader.values.text import with_capitals

MOST_CHARACTERS = 396


def entry(name: str, index: Sequence[int]) -> str:
    """The name of an entry: NAME[2, 1], or NAME alone for a single number."""
    place = f"[{', '.join(map(str, index))}]" if len(index) else ""
    return f"entry {place} of {name}" if place and " " in name else f"{name}{place}"


def listing(names: Iterable[str]) -> str:
    """The names as "a, b and c", six at most."""
    shown = list(names)
    if len(shown) > 6:
        shown = [*shown[:5], f"{len(shown) - 5} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "nothing"


def quoted(keys: Iterable[object]) -> str:
    """The keys of a dict as Python writes them, each cut to 30 characters."""
    return listing(map(key, keys))


def key(x: object, most: int = 30) -> str:
    """A key of a dict as Python writes it; if it is longer than `most` characters, with ... in place of its
    end, inside of its quotes."""
    text = repr(x)
    if len(text) <= most:
        return text
    quote = text[0] if text[0] in "'\"" else ""
    return f"{text[: most - 3 - len(quote)]}...{quote}"


def shape_of(shape: Sequence[int]) -> str:
    """The shape in words: "a single number" or "an array of shape (2, 3)"."""
    return f"an array of shape {tuple(shape)}" if len(shape) else "a single number"


def described(x: Any) -> str:
    """The kind of any value in a few words, without its contents."""
    if isinstance(x, np.ndarray):
        return shape_of(x.shape) if x.ndim else f"a single {x.dtype.name}"
    if isinstance(x, dict):
        return f"a dict with {quoted(x)}" if x else "an empty dict"
    if isinstance(x, list | tuple):
        kind = type(x).__name__
        return f"a {kind} of {len(x)} items" if len(x) != 1 else f"a {kind} of 1 item"
    if isinstance(x, str):
        return "text"
    return "None" if x is None else f"a single {type(x).__name__}"


def is_or_returned(name: str, x: Any) -> str:
    """The beginning of a sentence about an unexpected value."""
    return f"{name}: None was returned" if x is None else f"{name} is {described(x)}"


def sentence(text: str) -> str:
    """The text with a capital letter at the beginning of sentences, cut to at most 396 characters."""
    text = with_capitals(text)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 3].rstrip()}..."
