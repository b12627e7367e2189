"""Which value of the reference a student's name stands for, whatever notation it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reference import notation

_QUANTITY = re.compile(r"([a-z]+?)_?([0-9]*)")
_BARS = [
    re.compile(pattern)
    for pattern in (
        r"(\w+?)_?bar", r"bar_?(\w+)", r"d(?:l|j|c|e|loss|cost|err|error)_?d_?(\w+)", r"d_?([a-z]_?[0-9]*)",
        r"(?:grad|delta|g)_(\w+)", r"(?:grad|delta)([a-z][0-9]*)", r"(\w+)_(?:grad|delta|signal)",
    )
]  # fmt: skip
_ROOT = re.compile(r"[^\W\d]\w*")
_KEYED = re.compile(r"[^\W\d]\w*\['([^\W\d]\w*)'\]")


@dataclass(frozen=True)
class Quantity:
    """A value's letters and index, and whether it is its error signal: z2_bar, dz2 and dL_dz2 are one."""

    letters: str
    index: str
    bar: bool

    @property
    def family(self) -> tuple[str, bool]:
        """What the values of all layers have in common."""
        return self.letters, self.bar


def quantity(name: str) -> Quantity:
    """What a name stands for: "z2_bar", "cache['dz2']", "self.dL_dZ2"."""
    keyed = _KEYED.fullmatch(name)
    plain = (keyed[1] if keyed else name.removeprefix("self.")).lower().strip("_")
    for pattern in _BARS:
        match = pattern.fullmatch(plain)
        if match and _QUANTITY.fullmatch(match[1]):
            return _of(match[1], bar=True)
    return _of(re.sub(r"_?(hat|pred)$", "", plain), bar=False)


def _of(plain: str, *, bar: bool) -> Quantity:
    match = _QUANTITY.fullmatch(plain)
    return Quantity(match[1], match[2], bar) if match else Quantity(plain, "", bar)


def root(name: str) -> str:
    """The local name in the name of a place: "cache" of "cache['z']"."""
    match = _ROOT.match(name)
    return match[0] if match else ""


def means(name: str) -> str:
    """A reference's name in the lecture's notation: z\N{COMBINING MACRON}₂ for z2_bar."""
    if name.endswith("_bar"):
        return notation.bar(name.removesuffix("_bar"))
    return notation.plain(name)
