"""Short names of what was found, without the facts of one submission: for lists over many of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.diagnosis.words.entry import Words
from grader.diagnosis.words.sentences import WORDS

SYMBOLS = {
    "phi": "φ", "z": "z", "h": "h", "z_bar": "z̄", "h_bar": "h̄", "w_bar": "W̄", "b_bar": "b̄", "y_bar": "ȳ",
    "below": "the layer’s input", "z_below": "z of the layer below", "w_above": "W of the layer above",
    "signal_above": "the error signal of the layer above", "h_bar_above": "h̄ of the layer above",
}  # fmt: skip
UNNAMED = {
    "only-here": "wrong on the inputs of one test only",
    "all-zero": "every gradient is zero",
    "not-repeatable": "a second call returns other gradients",
    "forward": "the forward pass is wrong",
    "forward-digits": "the forward pass has too few digits",
    "loss": "the loss is wrong",
    "other-loss": "the gradients are of another loss than the one measured",
    "slopes": "the loss does not change as it must",
    "value": "a value is wrong",
    "shape": "a gradient has not the shape of its parameter",
    "zero": "a gradient is zero",
    "transposed": "a gradient is transposed",
    "ratio": "a gradient is off by a factor",
    "multiple": "a gradient is off by a factor that differs from input to input",
    "signs": "some signs of a gradient are wrong",
}
STOPS, OPEN = "stops:", "unnamed:"
ACTIVATIONS = ("phi", "other")


class _Symbols(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"the {key.replace('_', ' ')}"


def depends(finding: str) -> bool:
    """Whether the name of this mistake names an activation, which the facts of a diagnosis say."""
    words: Words | None = WORDS.get(finding)
    return words is not None and any(f"{{{key}}}" in words.clause for key in ACTIVATIONS)


def name_of(finding: str, facts: Mapping[str, str] = MappingProxyType({})) -> str:
    """The name of a mistake of the catalogue, of an exception (`stops:ValueError`), or of a way in which
    gradients are wrong that no mistake explains (`unnamed:ratio`). With the facts of a diagnosis of it the
    symbols are those that students read (σ′(z₁)), else general ones (φ′(z))."""
    if finding.startswith(STOPS):
        return f"stops with {finding.removeprefix(STOPS)}"
    if finding.startswith(OPEN):
        return UNNAMED.get(finding.removeprefix(OPEN), "wrong, and no mistake of the catalogue fits")
    words: Words | None = WORDS.get(finding)
    return finding if words is None else words.clause.format_map(_Symbols({**SYMBOLS, **facts}))
