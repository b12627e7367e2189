"""How the lecture writes values and error signals: z̄ in a net with one hidden layer, z̄₂ in deeper ones."""

from __future__ import annotations

import re

BAR = "\N{COMBINING MACRON}"
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol(letter: str, layer: int, depth: int) -> str:
    """z of that layer in a net of `depth` layers: y stands for the outputs, and an index where
    there is more than one hidden layer."""
    if layer == depth and letter == "h":
        return "y"
    if layer == 0 and letter == "h":
        return "x"
    index = layer if depth > 2 or (depth == 2 and layer == depth) else 0
    return f"{letter}{str(index).translate(_BELOW) if index else ''}"


def plain(name: str) -> str:
    """A parameter's name as the lecture writes it: W₂ for W2."""
    return name.translate(_BELOW)


def bar(name: str) -> str:
    """The error signal of a value: z̄₂ of z₂, W̄₁ of W1; "the signal of NAME" for longer names."""
    match = re.fullmatch(r"([A-Za-z])_?([0-9₀-₉]*)", name)
    return f"{match[1]}{BAR}{match[2].translate(_BELOW)}" if match else f"the error signal of {name}"
