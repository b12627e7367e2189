"""The two halves of a drawn node: its value, and its error signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.grading.pictures import GraphNode, Quantity
from grader.values.numbers import MINUS
from reference.notation import bar
from web.render.pictures.formula import formula
from web.render.pictures.svg import apart, number, symbol, tag, words
from web.text import one_line

LINE, HEAD, FOOT, RULE = 17, 26, 10, 15
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
FIRST = "⚑ first wrong"


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
        marks.append(formula(width / 2, 35, one_line(node.rule, 16)))
    for i, line in enumerate(lines):
        marks.append(_value(width, top + 12 + LINE * i, line, alone=len(lines) == 1))
    return Half(Markup("").join(marks), width, height)


def signal_half(node: GraphNode, *, first: str | None, height: float = 0.0, width: float = 0.0) -> Half:
    """The node's error signal; where it is wrong, the expected one and the student's side by side. `first` is
    the name of the node or parameter that is wrong first."""
    compared = node.state in ("wrong", "after") and node.got is not None
    width = max(width, COMPARED if compared else SIGNAL)
    fail = node.state in ("wrong", "after")
    top = RULE if node.back else 0
    body, y = _compared(node, width, top) if compared else _alone(node, width, top)
    marks = [
        symbol(width / 2, 22, node.name, "sym s-2" if node.state == "not asked for" else "sym", bar=True)
    ]
    if node.back:
        marks.append(formula(width / 2, 37, one_line(node.back, 20)))
    state = FIRST if node.name == first else STATE_WORDS.get(node.state, "not asked for")
    tone = "tick s-pass" if node.state == "agrees" else "tick s-fail b" if fail else "tick"
    foot = RULE * len(node.parameters) + 6 if node.parameters else 0
    full = max(height, y + LINE + 4 + foot)
    marks += [body, words(width / 2, full - 8 - foot, state, tone), _parameters(node, first, width, full)]
    box = tag("rect", class_=BOX.get(node.state, "node err"), width=width, height=full, rx=3)
    return Half(box + Markup("").join(marks), width, full)


def _parameters(node: GraphNode, first: str | None, width: float, height: float) -> Markup:
    """The gradients that are made from the signal, below a line."""
    y = height - RULE * len(node.parameters)
    drawn = Markup() if not node.parameters else tag("path", class_="gridl", d=f"M6 {y - 9:.1f}h{width - 12}")
    for i, part in enumerate(node.parameters):
        fail = part.state in ("wrong", "after")
        tone = "s-pass" if part.state == "agrees" else "s-fail" if fail else "s-2"
        state = FIRST if part.name == first else STATE_WORDS.get(part.state, part.state)
        at = y + 7 + RULE * i
        drawn += formula(13, at, bar(part.name) if len(part.name) < 4 else part.name[:6], f"sym-s {tone}")
        drawn += words(24, at, state, f"tick {tone}{' b' if fail else ''}", "start")
    return drawn


def _alone(node: GraphNode, width: float, top: float) -> tuple[Markup, float]:
    lines = [] if node.want is None else _lines(node.want)
    y = HEAD + top
    marks = [_value(width, y + 14 + LINE * i, line, alone=len(lines) == 1) for i, line in enumerate(lines)]
    return Markup("").join(marks), y + LINE * len(lines)


def _compared(node: GraphNode, width: float, top: float) -> tuple[Markup, float]:
    left, right = width / 2 - 6, width - 8
    y = 39 + top
    marks = [words(left, y, "expected", anchor="end"), words(right, y, "yours", "tick s-fail b", "end")]
    pairs = _pairs(node.want, node.got)
    for i, (want, got) in enumerate(pairs):
        at = y + 16 + LINE * i
        marks += [words(left, at, want, "val", "end"), words(right, at, got, "val s-fail b", "end")]
    return Markup("").join(marks), y + 4 + LINE * len(pairs)


def _pairs(want: Quantity | None, got: Quantity | None) -> list[tuple[str, str]]:
    """The lines of both signals side by side, with enough digits to show how they differ."""
    if want is None or got is None:
        return []
    if want.entries is not None and got.entries is not None and want.shape == got.shape:
        pairs = list(zip(want.entries, got.entries, strict=True))
        fixed = list(zip(_fixed(want.entries), _fixed(got.entries), strict=False))
        clear = all((x == y) == (a == b) for (x, y), (a, b) in zip(fixed, pairs, strict=False))
        return fixed if fixed and clear else [apart(a, b) for a, b in pairs]
    shapes = (_shape(want), _shape(got))
    norms = apart(want.norm, got.norm)
    return (
        [shapes, (f"‖ ‖ {norms[0]}", norms[1])] if shapes[0] != shapes[1] else [(f"‖ ‖ {norms[0]}", norms[1])]
    )


def _fixed(entries: Sequence[float | None]) -> list[str]:
    """The entries with three decimals each, so that their points stand below each other; empty if their
    sizes don't allow that."""
    known = [abs(x) for x in entries if x]
    if (len(known) < len(entries) and None in entries) or not known:
        return []
    if max(known) >= 1e3 or min(known) < 1e-3 or all(x == int(x) for x in known):
        return []
    return [f"{x:.3f}".replace("-", MINUS) for x in entries if x is not None]


def _lines(q: Quantity) -> list[str]:
    if q.entries is not None:
        return _fixed(q.entries) or [number(x) for x in q.entries]
    return [_shape(q), f"norm {number(q.norm)}"]


def _shape(q: Quantity) -> str:
    return one_line("×".join(map(str, q.shape)), 12) or "1"


def _value(width: float, y: float, line: str, *, alone: bool) -> Markup:
    if alone or not line.lstrip("−")[:1].isdigit() or "×" in line:
        return words(width / 2, y, line, "val")
    return words(width / 2 + 25, y, line, "val", "end")
