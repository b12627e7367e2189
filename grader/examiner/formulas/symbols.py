"""The symbols that a formula may be written in, and the points at which it is judged."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.examiner import words
from reference.arrays import Array

POINTS = 24
SCALES = (1.0, 0.4, 1.7)  # a third of the points each
RANGE = (-2.0, 2.0)
MOST_ENTRIES = 4096
_GREEK = {"lam": "lambda"}


@dataclass(frozen=True)
class Symbol:
    """A symbol as the pack declares it. `w2_ki` has the stem w2, the indices ki and the key "w2";
    a bar is said first: `z_bar_i` has the key "bar z". `argument` is its name in the pack's function."""

    shown: str
    argument: str
    key: str
    indices: str
    low: float
    high: float


def symbol(text: str, letters: Mapping[str, int], between: tuple[float, float] | None = None) -> Symbol:
    """The symbol that a pack writes so; what follows the last underscore are its indices, if all of
    it are letters of `letters`."""
    stem, _, last = text.rpartition("_")
    indexed = bool(stem) and all(c in letters for c in last)
    base, indices = (stem, last) if indexed else (text, "")
    low, high = between or RANGE
    return Symbol(text, base, key_of(base), indices, low, high)


def key_of(name: str) -> str:
    """As grader.candidate.formulas.letters.key_of, for the plain names that packs use."""
    stem = name.replace("_", "")
    barred = "bar" in stem[1:]
    stem = stem[0] + stem[1:].replace("bar", "", 1) if barred else stem
    stem = _GREEK.get(stem, stem)
    return f"bar {stem}" if barred else stem


@dataclass(frozen=True)
class Place:
    """Where a symbol of a formula stands in the table: which symbol, and for each of its indices
    a letter or a number from 0."""

    symbol: Symbol
    at: tuple[str | int, ...] = ()


class Table:
    """The symbols of one question, the range of every index letter (`letters`: letter to size), and
    values of all symbols at all points."""

    def __init__(self, symbols: Sequence[Symbol], letters: Mapping[str, int]) -> None:
        self.symbols, self.letters = tuple(symbols), dict(letters)
        entries = int(np.prod([1, *self.letters.values()]))
        if not symbols or entries > MOST_ENTRIES or any(size < 2 for size in self.letters.values()):
            raise ValueError("formula: name a symbol; an index runs over 2 or more, all over 4096 at most")
        self.values: dict[str, Array] = {}

    def draw(self, rng: np.random.Generator) -> None:
        """Fresh values for every symbol, (POINTS,) or (POINTS, sizes of its indices), at three scales,
        with three decimals, so that a point can be told and tried. Own ranges are kept."""
        self.values = {s.key: self.drawn(s, rng) for s in self.symbols}

    def drawn(self, s: Symbol, rng: np.random.Generator) -> Array:
        sizes = [self.letters[i] for i in s.indices]
        drawn = rng.uniform(s.low, s.high, size=(POINTS, *sizes))
        if (s.low, s.high) == RANGE:
            drawn *= np.resize(SCALES, POINTS).reshape(-1, *[1] * len(sizes))
        return np.round(drawn, 3)

    def find(self, key: str) -> Place | None:
        """The place of a formula's symbol by its key: one without indices, or a stem and its indices."""
        for s in self.symbols:
            rest = key.removeprefix(s.key)
            if key == s.key + rest and len(rest) == len(s.indices):
                at = tuple(self._index(c, of) for c, of in zip(rest, s.indices, strict=True))
                if None not in at:
                    return Place(s, tuple(i for i in at if i is not None))
        return None

    def _index(self, written: str, declared: str) -> str | int | None:
        """A letter that runs as far as the declared one, or a number within its range."""
        size = self.letters[declared]
        if self.letters.get(written) == size:
            return written
        return int(written) - 1 if re.fullmatch(r"[1-9]", written) and int(written) <= size else None

    def unknown(self, name: str, key: str, written: str) -> str:
        """What is said of a symbol that has no place: the near miss, or what may be used."""
        keys = [s.key for s in self.symbols if not s.indices]
        for cut in range(1, len(key)):
            if key[:cut] in keys and key[cut:] in keys:
                return f"`{written}` is read as one name; a product is written {key[:cut]}*{key[cut:]}."
        shown = {s.shown: s for s in self.symbols}
        for s in self.symbols:
            if s.indices and (key == s.key or key[:-1] == s.key or key.startswith(s.key)):
                return f"`{written}` is none of its symbols; {s.key} is written {self.described(s)}."
        near = difflib.get_close_matches(written.lower(), shown, 1, 0.6)
        allowed = words.listing(sorted(shown))
        asked = f" (`{near[0]}` is one of them)" if near else ""
        return f"`{written}` stands in {name}, which is to be written in {allowed}{asked} alone."

    def described(self, s: Symbol) -> str:
        """A symbol with its indices and how far they run."""
        if not s.indices:
            return s.shown
        runs = (f"{i} from 1 to {self.letters[i]}" for i in s.indices)
        return f"{s.shown} ({', '.join(runs)})"
