"""The symbols that a formula may use, and the points at which it is computed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.kit import words
from reference.arrays import Array

POINTS = 24
SCALES = (1.0, 0.4, 1.7)  # a third of the points each
RANGE = (-2.0, 2.0)
From = tuple[float, float] | Literal["shares"] | None
MOST_ENTRIES = 4096
_GREEK = {"lam": "lambda"}


@dataclass(frozen=True)
class Symbol:
    """A symbol as the pack declares it. `w2_ki` has the stem w2, the indices ki and the key "w2";
    the bar comes first in a key: `z_bar_i` has the key "bar z". `argument` is its name in the pack's
    function, `drawn` says where its values come from: an interval, "shares" (positive, adding up to 1
    over its last index), or None for RANGE at three scales."""

    shown: str
    argument: str
    key: str
    indices: str
    drawn: From


def symbol(text: str, letters: Mapping[str, int], drawn: From = None) -> Symbol:
    """The symbol for a pack's spelling. The letters after the last underscore are its indices, if all of
    them are in `letters`. Raises ValueError for shares without an index."""
    stem, _, last = text.rpartition("_")
    indexed = bool(stem) and all(c in letters for c in last)
    base, indices = (stem, last) if indexed else (text, "")
    if drawn == "shares" and not indices:
        raise ValueError(f"formula: {text} has no index over which its shares could add up to 1")
    return Symbol(text, base, key_of(base), indices, drawn)


def key_of(name: str) -> str:
    """The key of a pack's plain name, the same as grader.candidate.formulas.letters.key_of gives."""
    stem = name.replace("_", "")
    barred = "bar" in stem[1:]
    stem = stem[0] + stem[1:].replace("bar", "", 1) if barred else stem
    stem = _GREEK.get(stem, stem)
    return f"bar {stem}" if barred else stem


@dataclass(frozen=True)
class Place:
    """A use of a symbol in a formula: which symbol, and for each of its indices a letter or a number
    from 0."""

    symbol: Symbol
    at: tuple[str | int, ...] = ()


class SymbolTable:
    """The symbols of one question, the size of every index letter (`letters`), and the values of all
    symbols at all points."""

    def __init__(self, symbols: Sequence[Symbol], letters: Mapping[str, int]) -> None:
        self.symbols, self.letters = tuple(symbols), dict(letters)
        entries = int(np.prod([1, *self.letters.values()]))
        if not symbols or entries > MOST_ENTRIES or any(size < 2 for size in self.letters.values()):
            raise ValueError(
                "formula: name at least one symbol; an index has 2 or more values, all together at most 4096"
            )
        self.values: dict[str, Array] = {}

    def draw(self, rng: np.random.Generator) -> None:
        """Draw new values for every symbol, (POINTS,) or (POINTS, sizes of its indices), at three scales (a
        symbol's own interval is kept), with three decimals, so that a student can try the same point."""
        self.values = {s.key: self.drawn(s, rng) for s in self.symbols}

    def drawn(self, s: Symbol, rng: np.random.Generator) -> Array:
        """New values of one symbol."""
        sizes = [self.letters[i] for i in s.indices]
        if s.drawn == "shares":
            shares = (
                0.9 * rng.dirichlet(np.full(sizes[-1], 3.0), size=(POINTS, *sizes[:-1])) + 0.1 / sizes[-1]
            )
            shares = shares.round(3)
            shares[..., -1] = 1.0 - shares[..., :-1].sum(axis=-1)
            return shares.round(3)
        low, high = s.drawn or RANGE
        values = rng.uniform(low, high, size=(POINTS, *sizes))
        if s.drawn is None:
            values *= np.resize(SCALES, POINTS).reshape(-1, *[1] * len(sizes))
        values = values.round(3)
        return np.where(values == 0, 0.001, values)  # so that dividing by a symbol is never a division by 0

    def find(self, key: str) -> Place | None:
        """The symbol with this key, and its indices; None if the table has no such symbol."""
        for s in self.symbols:
            indices = key.removeprefix(s.key)
            if key == s.key + indices and len(indices) == len(s.indices):
                at = tuple(self._index(c, of) for c, of in zip(indices, s.indices, strict=True))
                if None not in at:
                    return Place(s, tuple(i for i in at if i is not None))
        return None

    def _index(self, written: str, declared: str) -> str | int | None:
        """A letter of the same size as the declared one, or a number within its range from 0; else None."""
        size = self.letters[declared]
        if self.letters.get(written) == size:
            return written
        return int(written) - 1 if re.fullmatch(r"[1-9]", written) and int(written) <= size else None

    def unknown(self, name: str, key: str, written: str) -> str:
        """The message about a symbol that can't be used: a similar name, or the names that may be used."""
        keys = [s.key for s in self.symbols if not s.indices]
        for cut in range(1, len(key)):
            if key[:cut] in keys and key[cut:] in keys:
                return f"`{written}` is read as one name; a product is written `{key[:cut]}*{key[cut:]}`."
        shown = {s.shown: s for s in self.symbols}
        for s in self.symbols:
            if s.indices and (key == s.key or key[:-1] == s.key or key.startswith(s.key)):
                stem = s.shown.rpartition("_")[0]
                return f"`{written}` can't be used in `{name}`: `{stem}` is written {self.described(s)}."
        near = difflib.get_close_matches(written.lower(), shown, 1, 0.6)
        allowed = words.listing(f"`{name}`" if "_" in name else name for name in sorted(shown))
        similar = f" (did you mean `{near[0]}`?)" if near else ""
        return f"`{written}` can't be used in `{name}`; only {allowed} can{similar}."

    def described(self, s: Symbol) -> str:
        """The symbol with its indices and their ranges."""
        if not s.indices:
            return s.shown
        runs = (f"{i} from 1 to {self.letters[i]}" for i in s.indices)
        return f"`{s.shown}` ({', '.join(runs)})"
