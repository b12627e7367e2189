"""The two halves of a drawn node: its value, and its error signal."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from grader.grading.pictures import GraphNode, Quantity
from web.render.pictures.svg import apart, number, symbol, tag, words
from web.text import one_line

LINE, HEAD, FOOT = 17, 26, 10
VALUE, SIGNAL, COMPARED = 92, 92, 136  # widths
BOX = {
    "agrees": "node err ok",
    "wrong": "node bad",
    "after": "node err bad-after",
    "not asked for": "node none",
}
STATE_WORDS = {
    "agrees": "✓ agrees",
    "wrong": "✕ wrong",
    "after": "✕ as a result",
    "not returned": "not returned",
}


@dataclass(frozen=True)
class Half:
    """One half of a node, drawn at the origin."""

    marks: Markup
    width: float
    height: float

    def at(self, x: float, y: float) -> Markup:
        return tag("g", self.marks, transform=f"translate({x:.1f} {y:.1f})")


def value_half(node: GraphNode, width: float = VALUE, height: float = 0.0) -> Half:
    """The node's symbol, how it is computed, and its value."""
    lines = [] if node.value is None else _lines(node.value)
    top = HEAD + (14 if node.rule else 0)
    height = max(height, top + LINE * len(lines) + (FOOT if lines else 4))
    marks = [tag("rect", class_="node", width=width, height=height, rx=3), symbol(width / 2, 20, node.name)]
    if node.rule:
        marks.append(words(width / 2, 35, one_line(node.rule, 16), "sym-s s-2"))
    for i, line in enumerate(lines):
        marks.append(_value(width, top + 12 + LINE * i, line, alone=len(lines) == 1))
    return Half(Markup("").join(marks), width, height)


def signal_half(node: GraphNode, *, first: bool, height: float = 0.0, width: float = 0.0) -> Half:
    """The node's error signal; where it is wrong, the expected one and the student's side by side."""
    compared = node.state in ("wrong", "after") and node.got is not None
    width = max(width, COMPARED if compared else SIGNAL)
    fail = node.state in ("wrong", "after")
    marks = [
        symbol(width / 2, 22, node.name, "sym s-2" if node.state == "not asked for" else "sym", bar=True)
    ]
    body, y = _compared(node, width) if compared else _alone(node, width)
    state = "⚑ first wrong one" if first else STATE_WORDS.get(node.state, "not asked for")
    tone = "tick s-pass" if node.state == "agrees" else "tick s-fail b" if fail else "tick"
    full = max(height, y + LINE + 4)
    marks += [body, words(width / 2, full - 8, state, tone)]
    box = tag("rect", class_=BOX.get(node.state, "node err"), width=width, height=full, rx=3)
    return Half(box + Markup("").join(marks), width, full)


def _alone(node: GraphNode, width: float) -> tuple[Markup, float]:
    lines = [] if node.want is None else _lines(node.want)
    marks = [_value(width, HEAD + 14 + LINE * i, line, alone=len(lines) == 1) for i, line in enumerate(lines)]
    return Markup("").join(marks), HEAD + LINE * len(lines)


def _compared(node: GraphNode, width: float) -> tuple[Markup, float]:
    left, right = width / 2 - 6, width - 8
    marks = [words(left, 39, "expected", anchor="end"), words(right, 39, "yours", "tick s-fail b", "end")]
    pairs = _pairs(node.want, node.got)
    for i, (want, got) in enumerate(pairs):
        y = 55 + LINE * i
        marks += [words(left, y, want, "val", "end"), words(right, y, got, "val s-fail b", "end")]
    return Markup("").join(marks), 43 + LINE * len(pairs)


def _pairs(want: Quantity | None, got: Quantity | None) -> list[tuple[str, str]]:
    """The lines of both signals side by side, with enough digits to show how they differ."""
    if want is None or got is None:
        return []
    if want.entries is not None and got.entries is not None and want.shape == got.shape:
        return [apart(a, b) for a, b in zip(want.entries, got.entries, strict=True)]
    shapes = (_shape(want), _shape(got))
    norms = apart(want.norm, got.norm)
    return (
        [shapes, (f"‖ ‖ {norms[0]}", norms[1])] if shapes[0] != shapes[1] else [(f"‖ ‖ {norms[0]}", norms[1])]
    )


def _lines(q: Quantity) -> list[str]:
    if q.entries is not None:
        return [number(x) for x in q.entries]
    return [_shape(q), f"norm {number(q.norm)}"]


def _shape(q: Quantity) -> str:
    return one_line("×".join(map(str, q.shape)), 12) or "1"


def _value(width: float, y: float, line: str, *, alone: bool) -> Markup:
    if alone or not line.lstrip("−")[:1].isdigit() or "×" in line:
        return words(width / 2, y, line, "val")
    return words(width / 2 + 25, y, line, "val", "end")
