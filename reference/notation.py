"""The lecture's notation for values and error signals: z̄ with one hidden layer, z̄₂ in deeper nets."""

from __future__ import annotations

import functools
import re

BAR = "\N{COMBINING MACRON}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ONE_LETTER = re.compile(r"([^\W\d_])_?([0-9₀-₉]*)")
_BAR = re.compile(r"[^\W\d_]_?[0-9]*_?bar")
_GRADIENT = re.compile(
    r"d_?[^\W\d_]_?[0-9]*|d[^\W\d_]_?d[^\W_]_?[0-9]*|\w+_bar|grad(ient)?s?(_\w+)?|\w+_grad(ient)?s?"
)
_SHORT = re.compile(r"([^\W\d_]{1,3})_?(\d{1,3}|(?<=_)\w{1,6})?")


def symbol(letter: str, layer: int, depth: int) -> str:
    """The value `letter` (z or h) of that layer in a net of `depth` layers: y for the outputs,
    x for the inputs, and with an index if there is more than one hidden layer."""
    if layer == depth and letter == "h":
        return "y"
    if layer == 0 and letter == "h":
        return "x"
    index = layer if depth > 2 or (depth == 2 and layer == depth) else 0
    return f"{letter}{str(index).translate(SUBSCRIPTS) if index else ''}"


def split(name: str) -> tuple[str, str] | None:
    """The letters and the index of a short name: ("W", "1") of W1 or W_1; None for other names."""
    match = _SHORT.fullmatch(name)
    return None if match is None else (match[1], match[2] or "")


def plain(name: str) -> str:
    """A name as the lecture writes it: W₂ for W2; other names unchanged."""
    parts = split(name)
    if parts is None:
        return name
    letters, index = parts
    return f"{letters}{index.translate(SUBSCRIPTS) if index.isdecimal() else index and f'_{index}'}"


def bar(name: str, otherwise: str = "the error signal of") -> str:
    """The error signal of a value: z̄₂ of z₂, W̄₁ of W1; "the error signal of NAME" for longer names,
    or with the words of `otherwise`."""
    match = _ONE_LETTER.fullmatch(name)
    return f"{match[1]}{BAR}{match[2].translate(SUBSCRIPTS)}" if match else f"{otherwise} {name}"


@functools.cache
def gradient(name: str) -> str:
    """The gradient of a parameter: b̄₁ of b1, "the gradient of NAME" for longer names, "" for none. A
    name that is that of a gradient (dW, db_1, grad_W, W_grad, dL_dW) is kept, and W_bar becomes W̄."""
    if _BAR.fullmatch(name):
        return bar(name.removesuffix("_bar").removesuffix("bar"), "the gradient of")
    if _GRADIENT.fullmatch(name):
        return name
    return bar(name, "the gradient of") if name else ""
